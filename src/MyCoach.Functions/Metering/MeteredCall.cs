using System.Text.Json;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Metering;

/// <summary>What a call used: as its provider stated it, or estimated from what was sent and what came.</summary>
internal sealed record MeteredCall(string? Model, TokenCounts Tokens, CallTerms Terms, bool IsEstimated)
{
    private const long MostTokens = 10_000_000;

    // More than most text needs, so that an estimate is rarely too low.
    private const int BytesPerToken = 3;

    // As much as most of them cost: what they hold is not looked at.
    private const long TokensPerImage = 1600;
    private const int PdfBytesPerToken = 40;

    /// <param name="meter">Null where no answer came.</param>
    /// <param name="request">The body that was sent, for where the provider never said how much it was.</param>
    public static MeteredCall Of(Provider provider, AnswerMeter? meter, ReadOnlySpan<byte> request)
    {
        if (meter is null)
        {
            return new MeteredCall(null, new TokenCounts(TokensOf(request), 0, 0, 0), CallTerms.Standard, IsEstimated: true);
        }
        var usage = meter.Usage;
        var (cached, written) = (Limit(usage.CachedInputTokens), Limit(usage.CacheWriteTokens));
        var stated = usage.InputTokens is { } count && provider == Provider.Anthropic ? count + cached + written : usage.InputTokens;
        var input = Math.Max(Limit(stated ?? TokensOf(request)), cached + written);
        var output = Limit(meter.IsExact ? usage.OutputTokens ?? 0 : Math.Max(usage.OutputTokens ?? 0, meter.EstimateOutput(BytesPerToken)));
        return new MeteredCall(usage.Model, new TokenCounts(input, output, cached, written), usage.Terms, !meter.IsExact);
    }

    private static long Limit(long tokens) => Math.Min(tokens, MostTokens);

    // The texts of the body, its images and its PDF files.
    private static long TokensOf(ReadOnlySpan<byte> body)
    {
        var (text, pdf, images) = (0L, 0L, 0L);
        var json = new Utf8JsonReader(body);
        var (mayBeFile, isType) = (false, false);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                mayBeFile = json.ValueTextEquals("data"u8) || json.ValueTextEquals("file_data"u8);
                isType = json.ValueTextEquals("type"u8);
            }
            else if (json.TokenType == JsonTokenType.String)
            {
                images += isType && IsImage(ref json) ? 1 : 0;
                // A text has spaces, the bytes of a file have none.
                if ((mayBeFile || json.ValueSpan.StartsWith("data:"u8)) && !json.ValueSpan.Contains((byte)' '))
                {
                    pdf += IsPdf(json.ValueSpan) ? json.ValueSpan.Length : 0;
                }
                else
                {
                    text += JsonText.LengthOf(ref json);
                }
            }
        }
        return ((text + BytesPerToken - 1) / BytesPerToken) + (images * TokensPerImage) + (pdf / PdfBytesPerToken);
    }

    private static bool IsImage(ref Utf8JsonReader type) =>
        type.ValueTextEquals("image_url"u8) || type.ValueTextEquals("input_image"u8) || type.ValueTextEquals("image"u8);

    private static bool IsPdf(ReadOnlySpan<byte> base64) => base64.StartsWith("data:application/pdf"u8) || base64.StartsWith("JVBER"u8); // %PDF
}
