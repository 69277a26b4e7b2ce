using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Unit.Identity;

public sealed class TokenTransportTests
{
    private readonly HttpRequest _request = new DefaultHttpContext().Request;

    [Theory]
    [InlineData("Bearer abc")]
    [InlineData("bearer abc")]
    [InlineData("Bearer   abc ")]
    public void A_bearer_header_carries_the_token(string header)
    {
        _request.Headers.Authorization = header;
        Assert.Equal(new TransportedToken("abc", TokenSource.Header, null), TokenTransport.OfRequest(_request));
        Assert.True(TokenTransport.OfSocket(_request, allowQuery: false).CameInHeader);
    }

    [Theory]
    [InlineData("Basic abc")]
    [InlineData("Bearerabc")]
    [InlineData("")]
    public void Another_header_carries_none(string header)
    {
        _request.Headers.Authorization = header;
        Assert.Equal(new TransportedToken(null, TokenSource.None, null), TokenTransport.OfRequest(_request));
    }

    [Fact]
    public void Two_bearer_headers_carry_nothing_that_can_be_believed()
    {
        _request.Headers.Authorization = new[] { "Bearer a.b.c", "Bearer d.e.f" };
        Assert.Equal("a.b.c,d.e.f", TokenTransport.OfRequest(_request).Token);
    }

    [Theory]
    [InlineData("chatbox.v1, bearer.a.b.c")]
    [InlineData("bearer.a.b.c,chatbox.v1")]
    [InlineData("graphql-ws, chatbox.v1 , bearer.a.b.c")]
    public void A_subprotocol_carries_the_token_and_ours_is_selected(string offered)
    {
        _request.Headers.SecWebSocketProtocol = offered;
        var token = TokenTransport.OfSocket(_request, allowQuery: true);
        Assert.Equal(new TransportedToken("a.b.c", TokenSource.Subprotocol, "chatbox.v1"), token);
        Assert.True(token.CameInHeader);
    }

    [Fact]
    public void Subprotocols_in_several_headers_count_together()
    {
        _request.Headers.SecWebSocketProtocol = new[] { "chatbox.v1", "bearer.a.b.c" };
        Assert.Equal("a.b.c", TokenTransport.OfSocket(_request, allowQuery: true).Token);
    }

    [Fact]
    public void A_token_alone_among_subprotocols_is_not_taken_because_it_could_not_be_selected()
    {
        _request.Headers.SecWebSocketProtocol = "bearer.a.b.c";
        Assert.Equal(new TransportedToken(null, TokenSource.None, null), TokenTransport.OfSocket(_request, allowQuery: true));
    }

    [Fact]
    public void Header_goes_over_subprotocol_and_subprotocol_over_address()
    {
        _request.QueryString = new QueryString("?token=query");
        Assert.Equal(new TransportedToken("query", TokenSource.Query, null), TokenTransport.OfSocket(_request, allowQuery: true));
        _request.Headers.SecWebSocketProtocol = "chatbox.v1, bearer.protocol";
        Assert.Equal("protocol", TokenTransport.OfSocket(_request, allowQuery: true).Token);
        _request.Headers.Authorization = "Bearer header";
        Assert.Equal(new TransportedToken("header", TokenSource.Header, "chatbox.v1"), TokenTransport.OfSocket(_request, allowQuery: true));
    }

    [Fact]
    public void The_address_carries_a_token_only_where_that_is_allowed_and_never_for_REST()
    {
        _request.QueryString = new QueryString("?token=a.b.c");
        var allowed = TokenTransport.OfSocket(_request, allowQuery: true);
        Assert.Equal("a.b.c", allowed.Token);
        Assert.False(allowed.CameInHeader);
        Assert.Null(TokenTransport.OfSocket(_request, allowQuery: false).Token);
        Assert.Null(TokenTransport.OfRequest(_request).Token);
    }

    [Fact]
    public void Ours_is_selected_also_for_a_token_in_the_address()
    {
        _request.QueryString = new QueryString("?token=a.b.c");
        _request.Headers.SecWebSocketProtocol = "chatbox.v1";
        Assert.Equal("chatbox.v1", TokenTransport.OfSocket(_request, allowQuery: true).SelectedProtocol);
    }

    [Fact]
    public void A_transported_token_does_not_print_itself() =>
        Assert.DoesNotContain("canary", $"{new TransportedToken("canary", TokenSource.Query, null)}");
}
