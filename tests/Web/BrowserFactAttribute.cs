using System.Runtime.CompilerServices;

namespace MyCoach.Tests.Web;

/// <summary>A test that skips, with the reason, where there is no browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipUnless, SkipType) = (Chromium.Absence, nameof(Chromium.IsExpected), typeof(Chromium));
}

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipUnless, SkipType) = (Chromium.Absence, nameof(Chromium.IsExpected), typeof(Chromium));
}
