using System.Text;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// Estimates the input tokens of a request from its JSON tokens, for answers that state no usage. Counts texts, images,
/// PDF files, audio and token arrays, which embeddings and text completions take. Images and files are not decoded.
/// </summary>
internal struct InputEstimate
{
    // Typical costs.
    private const long TokensPerImage = 1600;
    private const int PdfBytesPerToken = 40;

    // Ten tokens of audio a second, of base64 text with at least 5,000 bytes.
    private const int AudioBytesPerToken = 500;

    private long text;
    private long pdf;
    private long audio;
    private long images;
    private long tokens;
    private bool mayBeFile;
    private bool isType;
    private bool isInput;

    public readonly long Tokens =>
        tokens
        + ((text + MeteredCall.BytesPerToken - 1) / MeteredCall.BytesPerToken)
        + (images * TokensPerImage)
        + (pdf / PdfBytesPerToken)
        + (audio / AudioBytesPerToken);

    /// <summary>Counts the reader's current token.</summary>
    public void Add(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.PropertyName:
                mayBeFile = json.ValueTextEquals("data"u8) || json.ValueTextEquals("file_data"u8);
                isType = json.ValueTextEquals("type"u8);
                isInput = json.ValueTextEquals("input"u8) || json.ValueTextEquals("prompt"u8);
                break;
            case JsonTokenType.Number:
                tokens += isInput ? 1 : 0;
                break;
            case JsonTokenType.String when isType && IsImage(json.ValueSpan):
                images++;
                AddText(ref json);
                break;
            case JsonTokenType.String:
                AddText(ref json);
                break;
        }
    }

    // Base64 file data is ASCII without spaces; text is not.
    private void AddText(ref Utf8JsonReader json)
    {
        var value = json.ValueSpan;
        if ((mayBeFile || value.StartsWith("data:"u8)) && Ascii.IsValid(value) && !value.Contains((byte)' '))
        {
            pdf += IsPdf(value) ? value.Length : 0;
            audio += IsAudio(value) ? value.Length : 0;
        }
        else
        {
            text += JsonText.LengthOf(ref json);
        }
    }

    // Compares the raw bytes, because decoding would throw on an unpaired surrogate.
    private static bool IsImage(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("image_url"u8) || type.SequenceEqual("input_image"u8) || type.SequenceEqual("image"u8);

    private static bool IsAudio(ReadOnlySpan<byte> base64) =>
        base64.StartsWith("UklGR"u8) // RIFF, of WAV
        || base64.StartsWith("SUQz"u8) // ID3, of MP3
        || base64.StartsWith("//"u8); // a frame of MP3 without ID3

    private static bool IsPdf(ReadOnlySpan<byte> base64) =>
        base64.StartsWith("data:application/pdf"u8) || base64.StartsWith("JVBER"u8); // %PDF
}
