using System.Text.Json;
using System.Text.RegularExpressions;

namespace MyCoach.Http;

/// <summary>Validation errors of a request, by field name as the caller wrote it.</summary>
internal sealed partial class FieldErrors
{
    private readonly SortedDictionary<string, string[]> byField = new(StringComparer.Ordinal);

    public bool Any => byField.Count > 0;
    public IReadOnlyDictionary<string, string[]> ByField => new Dictionary<string, string[]>(byField);

    public FieldErrors Add(string field, string message)
    {
        byField[field] = byField.TryGetValue(field, out var messages) ? [.. messages, message] : [message];
        return this;
    }

    /// <summary>
    /// Adds the errors of a part of the request, with <paramref name="prefix"/> before the field names.
    /// </summary>
    public void AddAll(FieldErrors part, string prefix)
    {
        foreach (var (field, messages) in part.byField)
        {
            byField[prefix + field] = messages;
        }
    }

    public void Require(bool isValid, string field, string message)
    {
        if (!isValid)
        {
            Add(field, message);
        }
    }

    /// <summary>Translates an error of the JSON serialiser, whose own message would reveal our type names.</summary>
    public static FieldErrors FromJson(JsonException json)
    {
        // Repeat only paths that look like our field names. A caller may have pasted a key in place of a name.
        var path = json.Path is { } text && PlainPath().IsMatch(text) ? text[2..] : "body";
        var errors = new FieldErrors();
        return json.Message switch
        {
            var message when message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) =>
                errors.Add(path, UnknownFieldMessage),
            var message when message.StartsWith("Duplicate propert", StringComparison.Ordinal) => errors.Add(
                path,
                "appears twice"
            ),
            var message when message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) =>
                errors.Add(path, ExpectationIn(message)),
            var message when message.Contains("was missing required properties", StringComparison.Ordinal) =>
                AddMissing(errors, path, message),
            InvalidTimeMessage => errors.Add(path, InvalidTimeMessage),
            _ => errors.Add("body", "is not well-formed JSON"),
        };
    }

    // The message lists the members in quotation marks, after the type, whose name has a dot.
    private static FieldErrors AddMissing(FieldErrors errors, string path, string message)
    {
        foreach (Match member in QuotedMember().Matches(message))
        {
            errors.Add(
                path == "body" ? member.Groups["name"].Value : $"{path}.{member.Groups["name"].Value}",
                "is required"
            );
        }
        return errors;
    }

    // The message names the .NET type, such as System.Nullable`1[System.Int64].
    private static string ExpectationIn(string message) =>
        TypeName().Match(message).Groups["type"].Value switch
        {
            "System.String" => "must be a string",
            "System.Boolean" => "must be true or false",
            "System.Int32" or "System.Int64" => "must be a whole number, without quotation marks, and not too large",
            "System.Decimal" => "must be a number, without quotation marks, and not too large",
            "System.DateTimeOffset" => InvalidTimeMessage,
            var type when type.Contains("List", StringComparison.Ordinal) => "must be a list",
            _ => "must be a JSON object",
        };

    [GeneratedRegex(
        @"converted to (System\.Nullable`1\[)?(?<type>[A-Za-z0-9_`]+(\.[A-Za-z0-9_`]+)*)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex TypeName();

    [GeneratedRegex("'(?<name>[a-z][A-Za-z0-9]*)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex QuotedMember();

    [GeneratedRegex(@"^\$\.[A-Za-z0-9_.\[\]]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();

    public const string UnknownFieldMessage = "is not a field of this request";

    public const string InvalidMonthMessage = "must be a month such as 2026-11";

    public const string InvalidIdMessage =
        "must be 1 to 128 of the characters A–Z a–z 0–9 . _ : -, and neither . nor ..";

    public const string InvalidTimeMessage = "must be an RFC 3339 time with a time zone, such as 2026-11-22T15:04:05Z";
}
