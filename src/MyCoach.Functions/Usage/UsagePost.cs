using System.ComponentModel.DataAnnotations;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>
/// A model call that the client made itself and reports. <c>inputTokens</c> includes cached reads and cache writes.
/// </summary>
// Members have set, not init: only then a JsonException says which type a member must have.
public sealed partial record UsagePost
{
    /// <summary>
    /// The client's id of the call. It must not start with <c>gw-</c>, because the gateway records its own calls under
    /// such ids.
    /// </summary>
    [Id(Ids.PostedPattern)]
    public string? Id { get; set; }

    [Required, ProviderName]
    public string? Provider { get; set; }

    [Required, PlainText(ModelIds.MaxBytes)]
    public string? Model { get; set; }

    /// <summary>The model that was asked for, if another one answered. Its price counts if the other has none.</summary>
    [PlainText(ModelIds.MaxBytes)]
    public string? RequestedModel { get; set; }

    [Required, WholeNumber(MaxTokens)]
    public long? InputTokens { get; set; }

    [Required, WholeNumber(MaxTokens)]
    public long? OutputTokens { get; set; }

    [WholeNumber(MaxTokens)]
    public long? CachedInputTokens { get; set; }

    [WholeNumber(MaxTokens)]
    public long? CacheWriteTokens { get; set; }

    [Id]
    public string? ConversationId { get; set; }

    [Id]
    public string? AgentId { get; set; }

    /// <summary>The stored key that made the call, as <c>GET /api/keys</c> names it, if you use the same key elsewhere.</summary>
    [StoredKeyId]
    public string? KeyId { get; set; }

    /// <summary>
    /// What you note about the call, such as a feature or a team: at most 8 pairs. Keys have 1 to 32 letters, digits and
    /// <c>_</c> and begin with a letter; values have 1 to 128 UTF-8 bytes.
    /// </summary>
    [Metadata]
    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>
    /// The id of a posted event that this one corrects. That event is deleted in the same step. Without
    /// <c>createdAt</c>, this event has its time.
    /// </summary>
    [EventId]
    public string? Replaces { get; set; }

    private const int MaxTokens = 10_000_000;
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(35);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    internal FieldErrors Validate(DateTimeOffset now)
    {
        var errors = FieldRules<UsagePost>.Check(this);
        errors.Require(
            Id is null || !Ids.IsGatewayId(Id),
            "id",
            $"must not start with {Ids.GatewayPrefix}: the gateway has already recorded that call"
        );
        if (!errors.Any)
        {
            errors.Require(
                Tokens is { } sum && sum.CachedInput + sum.CacheWrite <= sum.Input,
                "inputTokens",
                "must include cachedInputTokens and cacheWriteTokens"
            );
            errors.Require(
                CacheWrite1hTokens.GetValueOrDefault() + CacheWrite12hTokens.GetValueOrDefault() <= Tokens.CacheWrite,
                "cacheWriteTokens",
                "must include cacheWrite1hTokens and cacheWrite12hTokens"
            );
            errors.Require(
                AudioInputTokens.GetValueOrDefault() <= Tokens.Input,
                "audioInputTokens",
                "must be a part of inputTokens"
            );
            errors.Require(
                AudioOutputTokens.GetValueOrDefault() <= Tokens.Output,
                "audioOutputTokens",
                "must be a part of outputTokens"
            );
        }
        if (Replaces is not null && ReplacedId is { } replaced)
        {
            CheckReplaced(replaced, errors);
        }
        errors.Require(
            CreatedAt is not { } stated || ((stated >= now - Oldest || Replaces is not null) && stated <= now + Ahead),
            "createdAt",
            "must be within the last 35 days and at most 5 minutes in the future"
        );
        return errors;
    }

    /// <summary>The event that this one replaces, by its month and the caller's id; null if it replaces none.</summary>
    internal (Month Month, string CallerId)? ReplacedId => Replaces is null ? null : UsageEvent.ParseId(Replaces);

    /// <summary>The event to record, priced as of its time. The post must be valid.</summary>
    /// <param name="replaced">The event that this one replaces; null if it replaces none.</param>
    internal UsageEvent ToEvent(Pricing pricing, DateTimeOffset now, UsageEvent? replaced)
    {
        var provider = Providers.Provider.Find(Provider)!;
        var at = CreatedAt ?? replaced?.CreatedAt ?? now;
        return new UsageEvent(
            Id ?? Guid.CreateVersion7(now).ToString(),
            provider,
            Model!,
            Tokens,
            ConversationId,
            AgentId,
            at,
            pricing.Price(provider, Model!, Tokens, at, Terms, RequestedModel)
        )
        {
            RequestedModel = OtherRequestedModel,
            Terms = Terms,
            KeyId = KeyId,
            Replaces = replaced?.CallerId,
            Metadata = Pairs,
        };
    }

    /// <summary>
    /// Whether this repeats the event that already has its id. The time counts only if this post states one, the
    /// conversation only if the event still has one.
    /// </summary>
    internal bool Repeats(UsageEvent first) =>
        Provider == first.Provider.Id
        && Model == first.Model
        && OtherRequestedModel == first.RequestedModel
        && Tokens == first.Tokens
        && AgentId == first.AgentId
        && KeyId == first.KeyId
        && (first.Terms.IsUnknown || Terms == first.Terms)
        && Replaces == first.ReplacesId
        && EventMetadata.AreSame(Pairs, first.Metadata)
        && (first.ConversationId is null || ConversationId == first.ConversationId)
        && (CreatedAt is null || CreatedAt == first.CreatedAt);

    private void CheckReplaced((Month Month, string CallerId) replaced, FieldErrors errors)
    {
        errors.Require(
            !Ids.IsGatewayId(replaced.CallerId),
            "replaces",
            "must name an event that you posted; the gateway records its events from the providers' answers"
        );
        errors.Require(Id != replaced.CallerId, "id", "must differ from the id of the event that this one replaces");
        errors.Require(
            CreatedAt is not { } stated || Month.Of(stated) == replaced.Month,
            "createdAt",
            "must be in the month of the event that this one replaces"
        );
    }

    private string? OtherRequestedModel => RequestedModel == Model ? null : RequestedModel;

    private IReadOnlyDictionary<string, string> Pairs =>
        Metadata is null ? EventMetadata.None : EventMetadata.Of(Metadata);

    private TokenCounts Tokens =>
        new(InputTokens ?? 0, OutputTokens ?? 0, CachedInputTokens ?? 0, CacheWriteTokens ?? 0);
}
