using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>What is compared: one day of a provider, by model or tool, and by key.</summary>
/// <param name="Name">The catalogue's id of the model, the kind of a tool's charge, or the label of another line.</param>
/// <param name="KeyId">The provider's id of the key; null if it is not known, or all keys are compared together.</param>
internal readonly record struct CellKey(DateOnly Day, Provider Provider, string Name, string? KeyId);

/// <summary>Both sides of a comparison.</summary>
internal sealed class Cell
{
    public Side Ours { get; } = new() { Requests = 0 };

    public Side Billed { get; } = new();

    /// <summary>Tokens that the provider counts but does not charge.</summary>
    public Side Free { get; } = new();

    /// <summary>Discounts and refunds: what the bill takes off the list price.</summary>
    public PicoUsd Discounts { get; set; }

    public PicoUsd NotPerCall { get; set; }

    /// <summary>Billed for the model, but for nothing that is recorded by call.</summary>
    public PicoUsd Unknown { get; set; }

    /// <summary>The part of ours that was estimated, because a provider's answer broke off.</summary>
    public PicoUsd Estimated { get; set; }

    /// <summary>The part of ours that is the full upper bound of calls that were never settled.</summary>
    public PicoUsd Expired { get; set; }

    /// <summary>Whether the bill says for this which key used it, or that was derived from the usage.</summary>
    public bool IsDerived { get; set; }

    public PicoUsd TotalBilled => Billed.Amount + Discounts + NotPerCall + Unknown;

    public PicoUsd Difference => TotalBilled - Ours.Amount;

    public Causes Split() => DriftSplit.Of(this);
}
