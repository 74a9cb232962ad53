using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Tests.Support;

/// <summary>
/// Recorded traffic with the real providers. It is no part of the checkout: it lies beside it, or in the folder that
/// MYCOACH_RECORDINGS names. Tests that need it skip where it is absent.
/// </summary>
internal static class Recordings
{
    public const string Absence =
        "There is no ../shared/recordings beside the checkout, and MYCOACH_RECORDINGS names no folder that has them.";

    private static readonly string Source = Path.Combine(
        Environment.GetEnvironmentVariable("MYCOACH_RECORDINGS")
            ?? Path.Combine(Repository.Root, "..", "shared", "recordings"),
        "recordings.jsonl"
    );

    private static readonly Lazy<IReadOnlyList<Recording>> Read = new(() =>
        [
            .. File.ReadLines(Source)
                .Select(line => JsonSerializer.Deserialize<Recording>(line, JsonSerializerOptions.Web)!),
        ]
    );

    public static bool ArePresent => File.Exists(Source);

    public static int Lines => File.ReadLines(Source).Count();

    public static IReadOnlyList<Recording> All => Read.Value;

    /// <summary>The answers that a meter gets to see, each once, however many exchanges share it.</summary>
    public static IReadOnlyList<AnswerSample> Answers =>
        [
            .. All.Where(recording => recording.Status == 200)
                .DistinctBy(recording => (recording.Path, recording.Body))
                .Select(recording => new AnswerSample(
                    recording.Operation,
                    recording.Request,
                    recording.Body,
                    recording.MediaType
                )
                {
                    Name = recording.Name,
                }),
        ];
}

/// <summary>One exchange with a provider.</summary>
/// <param name="Expected">What the answer states; null where it states nothing.</param>
internal sealed record Recording(
    string Name,
    [property: JsonPropertyName("provider")] string ProviderId,
    string Path,
    string Request,
    int Status,
    string ContentType,
    string Body,
    string? Model,
    RecordedUsage? Expected
)
{
    [JsonIgnore]
    public byte[] Bytes => Encoding.UTF8.GetBytes(Body);

    [JsonIgnore]
    public string MediaType => ContentType.Split(';')[0];

    [JsonIgnore]
    public bool IsStream => MediaType == "text/event-stream";

    [JsonIgnore]
    public Operation Operation =>
        Operation.All.Single(candidate =>
            candidate.Provider.Id == ProviderId && $"/v1/{candidate.Path}" == Path && candidate.IsMetered
        );

    public override string ToString() => Name;
}

internal sealed record RecordedUsage(
    long InputTokens,
    long OutputTokens,
    long CachedInputTokens,
    long CacheWriteTokens
);
