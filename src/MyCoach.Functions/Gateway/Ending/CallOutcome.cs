using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>How a call ended, as far as it matters to its charge.</summary>
internal abstract record CallOutcome
{
    private CallOutcome() { }

    /// <summary>The provider cannot have worked on it: it was not sent, or the provider broke off at once.</summary>
    public sealed record NotWorkedOn : CallOutcome;

    /// <summary>The provider answered with an error status.</summary>
    public sealed record Refused : CallOutcome;

    /// <summary>The provider was at work, but its usage is unknown: it sent no answer, or one of a type that has no meter.</summary>
    public sealed record Unmetered : CallOutcome;

    /// <summary>The provider's answer, whole or in part.</summary>
    public sealed record Answered(AnswerMeter Meter) : CallOutcome;
}
