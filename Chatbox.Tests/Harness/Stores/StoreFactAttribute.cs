using Xunit.Abstractions;
using Xunit.Sdk;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>The suite's tests run on PostgreSQL; where that is missing, they are skipped and say so.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnPostgresServerAttribute : Attribute;

/// <summary>The suite's tests run on MongoDB; where no replica set is named, they are skipped and say so.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnMongoServerAttribute : Attribute;

/// <summary>A fact of a suite that runs on every store.</summary>
[XunitTestCaseDiscoverer("Chatbox.Tests.Harness.Stores.StoreFactDiscoverer", "Chatbox.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>A theory of a suite that runs on every store.</summary>
[XunitTestCaseDiscoverer("Chatbox.Tests.Harness.Stores.StoreTheoryDiscoverer", "Chatbox.Tests")]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>An attribute of an inherited method does not know its class; a test case does.</summary>
public sealed class StoreFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        [new StoreTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, null)];
}

/// <inheritdoc cref="StoreFactDiscoverer" />
public sealed class StoreTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions options,
        ITestMethod method,
        IAttributeInfo theory,
        object[] row
    ) => [new StoreTestCase(DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, row)];
}

/// <summary>A test on one store.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    [Obsolete("For deserialization only.")]
    public StoreTestCase() { }

    public StoreTestCase(
        IMessageSink messages,
        TestMethodDisplay display,
        TestMethodDisplayOptions options,
        ITestMethod method,
        object[]? arguments
    )
        : base(messages, display, options, method, arguments) { }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute)
        ?? (Is<OnPostgresServerAttribute>() ? Requirements.MissingPostgres : null)
        ?? (Is<OnMongoServerAttribute>() ? Requirements.MissingMongoReplicaSet : null);

    private bool Is<T>() => TestMethod.TestClass.Class.GetCustomAttributes(typeof(T)).Any();
}
