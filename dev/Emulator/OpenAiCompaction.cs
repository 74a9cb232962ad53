using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>A response of /v1/responses/compact. It names neither the model nor the service tier.</summary>
internal sealed class OpenAiCompaction(DateTimeOffset createdAt, EmulatedAnswer answer, EmulatedUsage usage)
{
    public JsonObject Whole() =>
        new()
        {
            ["id"] = WireId.New("resp_"),
            ["object"] = "response.compaction",
            ["created_at"] = createdAt.ToUnixTimeSeconds(),
            ["output"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = WireId.New("cmp_"),
                    ["type"] = "compaction",
                    ["encrypted_content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(answer.Text)),
                }
            ),
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = usage.Prompt,
                ["input_tokens_details"] = new JsonObject
                {
                    ["cached_tokens"] = usage.CacheRead,
                    ["cache_write_tokens"] = usage.CacheWritten,
                },
                ["output_tokens"] = usage.Output,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = usage.Total,
            },
        };
}
