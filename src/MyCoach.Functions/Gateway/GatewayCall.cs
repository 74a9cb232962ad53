using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>A call that may be forwarded.</summary>
/// <param name="Body">Null where the operation takes none.</param>
/// <param name="BeganAt">The call is charged where it began, whichever month it ends in.</param>
internal sealed record GatewayCall(
    UserId User,
    Operation Operation,
    ProviderKey Key,
    CallBody? Body,
    string? ConversationId,
    string? AgentId,
    DateTimeOffset BeganAt
)
{
    /// <summary>The caller's part of the usage event's id.</summary>
    public string Id { get; } = $"{Ids.GatewayPrefix}{Guid.CreateVersion7(BeganAt)}";

    public string UsageId => $"{Storage.Month.Of(BeganAt).Compact}-{Id}";

    /// <summary>The body as the provider gets it.</summary>
    public ArraySegment<byte> Sent { get; set; }

    /// <summary>What the user's budget holds for the call; null where there is none.</summary>
    public HeldReservation? Held { get; set; }

    /// <summary>Whether a stream is read to its end though its caller has left: what a budget holds for it is to be replaced by what it used.</summary>
    public bool IsReadOn =>
        Held is { Reservation.Worst.Receipt: { } held } && !PartialUsage.CanBeEstimated(Operation.Provider, held.Model, Body!.Demand!);

    /// <summary>Whether its provider has begun an answer that costs.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether its usage, or that it had none, is handed over to be recorded.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Null where nobody watches.</summary>
    public CallTrace? Trace { get; set; }

    public required bool Streams { get; init; }
}
