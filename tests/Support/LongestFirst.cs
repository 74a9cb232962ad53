using MyCoach.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace MyCoach.Tests.Support;

/// <summary>Starts the slowest test classes first, so that they run in parallel with the rest.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        "BudgetScheduleTests",
        "PackagedAppTests",
        "FuzzTests",
        "RepricingKillTests",
        "AccountErasureTests",
        "LedgerModelTests",
        "LedgerBatchKillTests",
        "LedgerKillTests",
        "CorrectionKillTests",
        "SoakTests",
        "DevelopmentRunTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName))];

    private static int Place(string name) =>
        Array.FindIndex(Longest, className => name.Contains($".{className}", StringComparison.Ordinal))
            is >= 0
                and var place
            ? place
            : Longest.Length;
}
