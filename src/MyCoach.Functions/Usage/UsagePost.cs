using System.ComponentModel.DataAnnotations;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>A model call that the client made itself and reports. <c>inputTokens</c> includes cached reads and cache writes.</summary>
public sealed record UsagePost
{
    /// <summary>The client's id of the call. It must not start with <c>gw-</c>, because the gateway records its own calls under such ids.</summary>
    [RegularExpression(Ids.PostedPattern)]
    public string? Id { get; init; }

    [Required, AllowedValues("anthropic", "openai")]
    public string? Provider { get; init; }

    [Required, StringLength(128, MinimumLength = 1)]
    public string? Model { get; init; }

    [Required, Range(0, MostTokens)]
    public long? InputTokens { get; init; }

    [Required, Range(0, MostTokens)]
    public long? OutputTokens { get; init; }

    [Range(0, MostTokens)]
    public long? CachedInputTokens { get; init; }

    [Range(0, MostTokens)]
    public long? CacheWriteTokens { get; init; }

    [RegularExpression(Ids.Pattern)]
    public string? ConversationId { get; init; }

    [RegularExpression(Ids.Pattern)]
    public string? AgentId { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    private const int MostTokens = 10_000_000;
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(35);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    internal FieldErrors Validate(DateTimeOffset now)
    {
        var errors = new FieldErrors();
        RequireIdIfSet(Id, "id");
        errors.Require(
            Id is null || !Ids.IsGatewayId(Id),
            "id",
            $"must not start with {Ids.GatewayPrefix}: the gateway has already recorded that call"
        );
        errors.Require(Providers.Provider.Find(Provider) is not null, "provider", "must be anthropic or openai");
        errors.RequireText(Model, "model", 128);
        RequireTokens(InputTokens, "inputTokens", required: true);
        RequireTokens(OutputTokens, "outputTokens", required: true);
        RequireTokens(CachedInputTokens, "cachedInputTokens", required: false);
        RequireTokens(CacheWriteTokens, "cacheWriteTokens", required: false);
        if (!errors.Any)
        {
            errors.Require(
                Tokens is { } sum && sum.CachedInput + sum.CacheWrite <= sum.Input,
                "inputTokens",
                "must include cachedInputTokens and cacheWriteTokens"
            );
        }
        RequireIdIfSet(ConversationId, "conversationId");
        RequireIdIfSet(AgentId, "agentId");
        errors.Require(
            CreatedAt is not { } stated || (stated >= now - Oldest && stated <= now + Ahead),
            "createdAt",
            "must be within the last 35 days and at most 5 minutes in the future"
        );
        return errors;

        void RequireIdIfSet(string? id, string field)
        {
            if (id is not null)
            {
                errors.RequireId(id, field);
            }
        }

        void RequireTokens(long? count, string field, bool required)
        {
            errors.Require(count is not null || !required, field, "is required");
            errors.RequireRange(count ?? 0, field, 0, MostTokens);
        }
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
            pricing.Price(provider, Model!, Tokens, at)
        );
    }

    private TokenCounts Tokens => new(InputTokens ?? 0, OutputTokens ?? 0, CachedInputTokens ?? 0, CacheWriteTokens ?? 0);
}
