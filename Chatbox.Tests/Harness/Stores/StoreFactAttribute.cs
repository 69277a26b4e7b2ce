using Xunit.Abstractions;
using Xunit.Sdk;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>Marks a suite that runs on PostgreSQL. Without PostgreSQL its tests are skipped with a reason.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnPostgresServerAttribute : Attribute;

/// <summary>Marks a suite that runs on MongoDB. Without the address of a replica set its tests are skipped with a reason.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnMongoServerAttribute : Attribute;

/// <summary>A fact of a suite that runs on several stores.</summary>
[XunitTestCaseDiscoverer("Chatbox.Tests.Harness.Stores.StoreFactDiscoverer", "Chatbox.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>A theory of a suite that runs on several stores.</summary>
[XunitTestCaseDiscoverer("Chatbox.Tests.Harness.Stores.StoreTheoryDiscoverer", "Chatbox.Tests")]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>
/// Creates test cases that know their class. An attribute of an inherited method knows only the base class, and so cannot decide about
/// skipping.
/// </summary>
public sealed class StoreFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions,
        ITestMethod testMethod,
        IAttributeInfo factAttribute
    ) =>
        [
            new StoreTestCase(
                messages,
                discoveryOptions.MethodDisplayOrDefault(),
                discoveryOptions.MethodDisplayOptionsOrDefault(),
                testMethod,
                null
            ),
        ];
}

/// <summary>Creates the test cases of a theory that know their class, as <see cref="StoreFactDiscoverer"/> does for facts.</summary>
public sealed class StoreTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions,
        ITestMethod testMethod,
        IAttributeInfo theoryAttribute,
        object[] dataRow
    ) =>
        [
            new StoreTestCase(
                DiagnosticMessageSink,
                discoveryOptions.MethodDisplayOrDefault(),
                discoveryOptions.MethodDisplayOptionsOrDefault(),
                testMethod,
                dataRow
            ),
        ];
}

/// <summary>A test case that is skipped if the store of its class is missing.</summary>
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
