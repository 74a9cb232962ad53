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

    public DateTimeOffset? CreatedAt { get; set; }

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
        errors.Require(
            CreatedAt is not { } stated || (stated >= now - Oldest && stated <= now + Ahead),
            "createdAt",
            "must be within the last 35 days and at most 5 minutes in the future"
        );
        return errors;
    }

    /// <summary>The event to record, priced as of its time. The post must be valid.</summary>
    internal UsageEvent ToEvent(Pricing pricing, DateTimeOffset now)
    {
        var provider = Providers.Provider.Find(Provider)!;
        var at = CreatedAt ?? now;
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
            StatedTerms = StatedTerms,
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
        && StatedTerms == first.StatedTerms
        && (first.ConversationId is null || ConversationId == first.ConversationId)
        && (CreatedAt is null || CreatedAt == first.CreatedAt);

    private string? OtherRequestedModel => RequestedModel == Model ? null : RequestedModel;

    private TokenCounts Tokens =>
        new(InputTokens ?? 0, OutputTokens ?? 0, CachedInputTokens ?? 0, CacheWriteTokens ?? 0);
}
