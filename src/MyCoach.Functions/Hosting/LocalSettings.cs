using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.Memory;

namespace MyCoach.Hosting;

/// <summary>The file <c>local.settings.json</c> of the Functions tools, for Development.</summary>
internal static class LocalSettings
{
    private const string FileName = "local.settings.json";

    /// <summary>The file in the working directory or the nearest folder above it; null if it does not exist.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, FileName) is var file && File.Exists(file))
            {
                return file;
            }
        }
        return null;
    }

    public static MemoryConfigurationSource Read(string file)
    {
        try
        {
            var root = JsonNode.Parse(
                File.ReadAllText(file),
                documentOptions: new() { CommentHandling = JsonCommentHandling.Skip }
            );
            var values = (root?["Values"]?.AsObject() ?? []).Select(value =>
                KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), value.Value?.ToString())
            );
            return new() { InitialData = new Dictionary<string, string?>(values, StringComparer.OrdinalIgnoreCase) };
        }
        // An ArgumentException means a duplicate name.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new SettingException(
                FileName,
                "must be a JSON object with an object named Values and no duplicate names"
            );
        }
    }
}
