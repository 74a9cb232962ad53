using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>A call that may be forwarded.</summary>
internal sealed class GatewayCall(CallRequest request)
{
    public UserId User { get; } = request.User;

    public Operation Operation { get; } = request.Operation;

    public ProviderKey Key { get; } = request.Key!;

    /// <summary>Where the call goes: the provider's address, or that of the key's region.</summary>
    public Uri Address { get; } = request.Address!;

    /// <summary>Null if the operation takes no body.</summary>
    public CallBody? Body { get; } = request.Body;

    public string? ConversationId { get; } = request.ConversationId;

    public string? AgentId { get; } = request.AgentId;

    /// <summary>The id of the token that MyCoach issued for the call; null for another token.</summary>
    public string? TokenId { get; } = request.Token?.Id;

    public IReadOnlyDictionary<string, string> Metadata { get; } = request.Metadata!;

    /// <summary>The call is charged to the month in which it began, whichever month it ends in.</summary>
    public DateTimeOffset BeganAt { get; } = request.BeganAt;

    /// <summary>The price book that prices the call, whichever is in force when it ends.</summary>
    public ModelCatalogue Prices { get; } = request.Prices;

    /// <summary>The caller's part of the usage event's id.</summary>
    public string Id { get; } = request.Id;

    public string UsageId => $"{Month.Of(BeganAt).Compact}-{Id}";

    public bool Streams { get; } = request.Body?.Streams ?? request.Context.Request.Query["stream"] == "true";

    /// <summary>Null if the user has no budget.</summary>
    public HeldReservation? Reservation { get; } = request.Reservation;

    /// <summary>
    /// True if a stream must be drained after the caller disconnects, because only its end states the usage to charge.
    /// </summary>
    public bool IsDrained =>
        Reservation is { Reservation.HeldEvent.Receipt: { } bound }
        && !PartialUsage.CanBeEstimated(Operation.Provider, bound.Model, Body!.Factors);
}
