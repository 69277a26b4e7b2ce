namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Settings of what is done to uploaded files before they are stored.</summary>
public sealed class JudgingConfigurationTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Without_settings_metadata_are_taken_out_and_nothing_is_scanned()
    {
        var options = _fixture.Load();

        Assert.True(options.Images.StripMetadata);
        Assert.Null(options.Scan.ClamAv);
        Assert.Empty(options.Scan.Command);
    }

    [Fact]
    public void A_scanner_is_an_address_or_a_program()
    {
        Assert.Equal("clamav:3310", _fixture.With("UPLOAD_SCAN_CLAMAV", "clamav").Load().Scan.ClamAv!.ToString());
        Assert.Contains("UPLOAD_SCAN_CLAMAV", _fixture.With("UPLOAD_SCAN_COMMAND", "scan -").ErrorOf("UPLOAD_SCAN_COMMAND"));
        var scan = _fixture.Without("UPLOAD_SCAN_CLAMAV").With("UPLOAD_SCAN_REQUIRED", "false").Load().Scan;

        Assert.Equal(["scan", "-"], scan.Command);
        Assert.False(scan.IsRequired);
    }

    [Fact]
    public void An_address_that_is_none_is_refused() =>
        Assert.Contains("host:port", _fixture.With("UPLOAD_SCAN_CLAMAV", "http://clamav/").ErrorOf("UPLOAD_SCAN_CLAMAV"));

    [Theory]
    [InlineData("UPLOAD_SCAN_REQUIRED", "true")]
    [InlineData("UPLOAD_SCAN_TIMEOUT", "10s")]
    public void Settings_of_a_scanner_that_is_not_there_have_no_effect(string key, string value) =>
        Assert.Contains("has no effect", _fixture.With(key, value).WarningOf(key));
}
