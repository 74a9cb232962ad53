using System.Text;
using System.Text.Json;
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

    // Most text has more bytes per token, so an estimate is rarely too low.
    private const int BytesPerToken = 3;

    // Typical costs. Images and PDF files are not decoded.
    private const long TokensPerImage = 1600;
    private const int PdfBytesPerToken = 40;

    /// <param name="meter">Null if no answer arrived.</param>
    /// <param name="request">The request body, to estimate input that the provider did not state.</param>
    public static MeteredCall Of(Provider provider, AnswerMeter? meter, ReadOnlySpan<byte> request)
    {
        if (meter is null)
        {
            return new MeteredCall(
                null,
                new TokenCounts(TokensOf(request), 0, 0, 0),
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
        var input = Math.Max(Limit(stated ?? TokensOf(request)), cached + written);
        var output = Limit(
            meter.IsExact
                ? usage.OutputTokens ?? 0
                : Math.Max(usage.OutputTokens ?? 0, meter.EstimateOutput(BytesPerToken))
        );
        var tokens = usage.OtherParts.Aggregate(
            new TokenCounts(input, output, cached, written),
            (sum, part) => sum + part.Tokens
        );
        return new MeteredCall(usage.Model, tokens, usage.Terms, !meter.IsExact);
    }

    private static long Limit(long tokens) => Math.Min(tokens, MaxTokens);

    // Counts texts, images, PDF files and token arrays, which are a valid embedding input.
    private static long TokensOf(ReadOnlySpan<byte> body)
    {
        var (text, pdf, images, tokens) = (0L, 0L, 0L, 0L);
        var json = new Utf8JsonReader(body);
        var (mayBeFile, isType, isInput) = (false, false, false);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                mayBeFile = json.ValueTextEquals("data"u8) || json.ValueTextEquals("file_data"u8);
                isType = json.ValueTextEquals("type"u8);
                isInput = json.ValueTextEquals("input"u8);
            }
            else if (json.TokenType == JsonTokenType.Number)
            {
                tokens += isInput ? 1 : 0;
            }
            else if (json.TokenType == JsonTokenType.String)
            {
                images += isType && IsImage(json.ValueSpan) ? 1 : 0;
                // Base64 file data is ASCII without spaces; text is not.
                if (
                    (mayBeFile || json.ValueSpan.StartsWith("data:"u8))
                    && Ascii.IsValid(json.ValueSpan)
                    && !json.ValueSpan.Contains((byte)' ')
                )
                {
                    pdf += IsPdf(json.ValueSpan) ? json.ValueSpan.Length : 0;
                }
                else
                {
                    text += JsonText.LengthOf(ref json);
                }
            }
        }
        return tokens
            + ((text + BytesPerToken - 1) / BytesPerToken)
            + (images * TokensPerImage)
            + (pdf / PdfBytesPerToken);
    }

    // Compares the raw bytes, because decoding would throw on an unpaired surrogate.
    private static bool IsImage(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("image_url"u8) || type.SequenceEqual("input_image"u8) || type.SequenceEqual("image"u8);

    private static bool IsPdf(ReadOnlySpan<byte> base64) =>
        base64.StartsWith("data:application/pdf"u8) || base64.StartsWith("JVBER"u8); // %PDF
}
