using MyCoach.Auth;
using MyCoach.ProviderKeys;

namespace MyCoach.Gateway;

/// <summary>A call that may be forwarded.</summary>
/// <param name="Body">Null where the operation takes none.</param>
/// <param name="Sent">The body as the provider gets it.</param>
/// <param name="BeganAt">The call is charged where it began, whichever month it ends in.</param>
internal sealed record GatewayCall(
    UserId User,
    Operation Operation,
    ProviderKey Key,
    CallBody? Body,
    ArraySegment<byte> Sent,
    string? ConversationId,
    string? AgentId,
    DateTimeOffset BeganAt
)
{
    /// <summary>The caller's part of the usage event's id.</summary>
    public string Id { get; } = Guid.CreateVersion7(BeganAt).ToString();

    public string UsageId => $"{Storage.Month.Of(BeganAt).Compact}-{Id}";

    /// <summary>Null where nobody watches.</summary>
    public CallTrace? Trace { get; set; }

    public required bool Streams { get; init; }
}
