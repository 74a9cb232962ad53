using System.Runtime.CompilerServices;

namespace MyCoach.Tests.Clients;

/// <summary>A test that skips, with the reason, where no clients are installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientFactAttribute : FactAttribute
{
    public ClientFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipUnless, SkipType) = (
            InstalledClients.Absence,
            nameof(InstalledClients.AreExpected),
            typeof(InstalledClients)
        );
}

/// <inheritdoc cref="ClientFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientTheoryAttribute : TheoryAttribute
{
    public ClientTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipUnless, SkipType) = (
            InstalledClients.Absence,
            nameof(InstalledClients.AreExpected),
            typeof(InstalledClients)
        );
}
