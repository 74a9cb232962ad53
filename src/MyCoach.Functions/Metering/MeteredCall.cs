using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Metering;

/// <summary>
/// A call's usage, as stated by the provider or estimated from the request and the received part of the answer.
/// </summary>
internal sealed record MeteredCall(string? Model, TokenCounts Tokens, CallTerms Terms, bool IsEstimated)
{
    /// <summary>The maximum per kind of token in one call; a larger number cannot be a real count.</summary>
    public const long MaxTokens = 10_000_000;

    /// <summary>Most text has more bytes per token, so an estimate is rarely too low. A token is at least a byte.</summary>
    public const int BytesPerToken = 3;

    /// <param name="meter">Null if no answer arrived.</param>
    /// <param name="inputEstimate">The tokens of the request, used if the provider does not state them.</param>
    /// <param name="bytesPerToken">For output that the provider does not state.</param>
    /// <param name="requested">What the request declares, where the answer does not repeat it.</param>
    public static MeteredCall Of(
        Provider provider,
        AnswerMeter? meter,
        long inputEstimate,
        int bytesPerToken = BytesPerToken,
        DeclaredTools? requested = null
    )
    {
        if (meter is null)
        {
            return new MeteredCall(
                null,
                new TokenCounts(inputEstimate, 0, 0, 0),
                CallTerms.Standard,
                IsEstimated: true
            );
        }
        var usage = meter.Usage;
        var (cached, written) = (Limit(usage.CachedInputTokens), Limit(usage.CacheWriteTokens));
        var stated =
            usage.InputTokens is { } count && provider == Provider.Anthropic
                ? count + cached + written
                : usage.InputTokens;
        var input = Math.Max(Limit(stated ?? inputEstimate), cached + written);
        var output = Limit(
            meter.IsExact
                ? usage.OutputTokens ?? 0
                : Math.Max(usage.OutputTokens ?? 0, meter.EstimateOutput(bytesPerToken))
        );
        var tokens = usage.OtherParts.Aggregate(
            new TokenCounts(input, output, cached, written),
            (sum, part) => sum + part.Tokens
        );
        return new MeteredCall(
            usage.Model,
            tokens,
            usage.TermsOf(provider, requested ?? DeclaredTools.None),
            !meter.IsExact
        );
    }

    private static long Limit(long tokens) => Math.Min(tokens, MaxTokens);
}
