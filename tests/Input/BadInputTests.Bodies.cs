using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Input;

/// <summary>Bodies that are not the JSON object that was asked for.</summary>
public sealed partial class BadInputTests
{
    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_member_that_is_unknown_or_there_twice_is_refused(string method, string path, string body)
    {
        var (name, value) = JsonNode.Parse(body)!.AsObject().First();
        var (json, rest) = (value!.ToJsonString(), body[1..]);
        var escaped = $"\\u{(int)name[0]:x4}{name[1..]}";

        (await SendAsync(method, path, "{\"surprise\":1," + rest)).Blames("surprise");
        (await SendAsync(method, path, body[..^1] + ",\"surprise\":{\"deep\":[{}]}}")).Blames("surprise");
        (await SendAsync(method, path, "{\"__proto__\":{}," + rest)).Blames("__proto__");
        (await SendAsync(method, path, "{\"user\":\"bob\"," + rest)).Blames("user");
        (await SendAsync(method, path, "{\"$type\":\"x\"," + rest)).IsProblem(400, "invalid_request");
        foreach (var spelling in new[] { name, escaped })
        {
            (await SendAsync(method, path, $"{{\"{spelling}\":{json},{rest}")).Blames(name);
            (await SendAsync(method, path, $"{body[..^1]},\"{spelling}\":{json}}}")).Blames(name);
            (await SendAsync(method, path, $"{{\"{spelling}\":null,{rest}")).Blames(name);
        }
        (await SendAsync(method, path, $"{{\"{name.ToUpperInvariant()}\":{json},{rest}")).IsProblem(
            400,
            "invalid_request"
        );
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_body_that_is_no_JSON_object_is_refused(string method, string path, string body)
    {
        string[] bodies =
        [
            "",
            "  ",
            "null",
            "true",
            "5",
            "\"text\"",
            "[]",
            $"[{body}]",
            "{",
            body[..^1],
            body + "}",
            body + body,
            body + "x",
            body[..^1] + ",}",
            body.Replace('"', '\''),
            "/**/" + body,
            body.Replace("{\"", "{\"\\ud800\":1,\"", StringComparison.Ordinal),
            "{\"a\":NaN}",
            "\0" + body,
        ];
        foreach (var bad in bodies)
        {
            var answer = (await SendAsync(method, path, bad)).IsProblem(400, "invalid_request");
            Assert.NotEmpty(answer["errors"].AsObject());
        }
        byte[][] bytes =
        [
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(body)],
            Encoding.Unicode.GetBytes(body),
            [.. "{\"a\":\""u8, 0xC3, .. "\"}"u8],
        ];
        foreach (var bad in bytes)
        {
            (await SendAsync(method, path, Json(bad))).IsProblem(400, "invalid_request");
        }
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_member_of_the_wrong_type_is_refused(string method, string path, string body)
    {
        var name = JsonNode.Parse(body)!.AsObject().First().Key;
        var deep = new string('[', 100) + new string(']', 100);
        foreach (var wrong in new[] { "{}", "true", "{\"a\":{\"a\":1}}", "[[1]]", "\"\\ud800\"", "\"\\ud83d.\"", deep })
        {
            var answer = await SendAsync(method, path, Break(body, name, wrong));
            answer.IsProblem(400, "invalid_request");
            // What is nested too deep is refused before it is known what it is.
            Assert.Contains(
                answer["errors"].AsObject(),
                error => error.Key.Split('[')[0] == name || (wrong == deep && error.Key == "body")
            );
        }
        await AssertNothingIsWrittenAsync();
    }
}
