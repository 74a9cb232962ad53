using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>What callers note about the calls that they post.</summary>
public sealed class MetadataTests(LocalParts parts)
{
    [Fact]
    public async Task Metadata_is_shown_wherever_the_event_is()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        const string Metadata = """{"Feature":"a \"b\", c","feature":"search ü","team":"x"}""";

        var posted = (await ann.PostAsync("/api/usage", Event("a", Metadata))).Is(HttpStatusCode.Created);

        var export = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        JsonNode?[] shown =
        [
            posted["metadata"],
            (await ann.GetAsync("/api/usage/202611-a"))["metadata"],
            (await ann.GetAsync("/api/usage"))["events"][0]!["metadata"],
            export["months"][0]!["events"]![0]!["metadata"],
            JsonNode.Parse(CellOf((await ann.GetAsync("/api/usage/export")).Text)),
        ];
        Assert.All(shown, pairs => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Metadata), pairs), $"{pairs}"));
        var row = Assert.Single(
            await app.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("event_", StringComparison.Ordinal)
        );
        Assert.Equal("search ü", row.GetString("Metadata_feature"));
    }

    [Theory]
    [InlineData("""{"1a":"x"}""")]
    [InlineData("""{"a-b":"x"}""")]
    [InlineData("""{"":"x"}""")]
    [InlineData("""{"a23456789012345678901234567890123":"x"}""")]
    [InlineData("""{"a":""}""")]
    [InlineData("""{"a":" "}""")]
    [InlineData("""{"a":"x\ny"}""")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1","g":"1","h":"1","i":"1"}""")]
    public async Task Invalid_metadata_is_refused(string metadata)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PostAsync("/api/usage", Event("a", metadata))).Blames("metadata");
    }

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":"1","a":"2"}""")]
    [InlineData("\"a\"")]
    public async Task Metadata_that_is_no_object_of_texts_is_refused(string metadata)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PostAsync("/api/usage", Event("a", metadata))).IsProblem(400, "invalid_request");
    }

    [Fact]
    public async Task A_value_has_at_most_128_bytes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var longest = string.Concat(Enumerable.Repeat("ü", 64));

        (await ann.PostAsync("/api/usage", Event("a", $$"""{"a":"{{longest}}"}"""))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Event("b", $$"""{"a":"{{longest}}x"}"""))).Blames("metadata");
    }

    [Theory]
    [InlineData("""{"b":"2","a":"1"}""", 200)]
    [InlineData("""{"a":"1"}""", 409)]
    [InlineData("""{"a":"1","b":"3"}""", 409)]
    [InlineData("""{"a":"1","B":"2"}""", 409)]
    [InlineData("null", 409)]
    public async Task Metadata_is_part_of_the_content(string metadata, int status)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event("a", """{"a":"1","b":"2"}"""))).Is(HttpStatusCode.Created);

        (await ann.PostAsync("/api/usage", Event("a", metadata))).Is((HttpStatusCode)status);
    }

    [Fact]
    public async Task Empty_metadata_is_the_same_as_none()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event("a", "{}"))).Is(HttpStatusCode.Created);

        var again = (await ann.PostAsync("/api/usage", Event("a", "null"))).Is(HttpStatusCode.OK);

        Assert.Equal("{}", again["metadata"].ToJsonString());
    }

    [Theory]
    [InlineData("metadata=feature:search", "a b")]
    [InlineData("metadata=feature:search&metadata=feature:chat", "a b c")]
    [InlineData("metadata=feature:search&metadata=team:x", "a")]
    [InlineData("metadata=feature:search&metadata=team:x&metadata=team:y", "a b")]
    [InlineData("metadata=feature:search&provider=anthropic", "")]
    [InlineData("metadata=Feature:search", "")]
    [InlineData("metadata=url:http://a:1%27", "d")]
    [InlineData("metadata=none:x", "")]
    public async Task A_filter_selects_the_same_events_everywhere(string query, string ids)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event("a", """{"feature":"search","team":"x"}"""))).Is(
            HttpStatusCode.Created
        );
        (await ann.PostAsync("/api/usage", Event("b", """{"feature":"search","team":"y"}"""))).Is(
            HttpStatusCode.Created
        );
        (await ann.PostAsync("/api/usage", Event("c", """{"feature":"chat"}"""))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Event("d", """{"url":"http://a:1'"}"""))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Event("e", "null"))).Is(HttpStatusCode.Created);

        var list = (await ann.GetAsync($"/api/usage?{query}")).Is(HttpStatusCode.OK)["events"].AsArray();
        var export = (await ann.GetAsync($"/api/usage/export?{query}")).Is(HttpStatusCode.OK).Text;
        var summary = (await ann.GetAsync($"/api/usage/summary?{query}")).Is(HttpStatusCode.OK);

        Assert.Equal(ids, string.Join(' ', list.Select(usage => ((string)usage!["id"]!)[7..]).Order()));
        Assert.Equal(
            ids,
            string.Join(' ', export.TrimEnd().Split("\r\n").Skip(1).Select(line => line.Split(',')[0][7..]).Order())
        );
        Assert.Equal(list.Count, (int)summary["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_filter_of_many_values_finds_the_same()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event("a", """{"n":"7","team":"x"}"""))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Event("b", """{"n":"7","team":"y"}"""))).Is(HttpStatusCode.Created);
        // More comparisons than the table service accepts.
        var query = string.Join('&', Enumerable.Range(0, 19).Select(i => $"metadata=n:{i}").Append("metadata=team:x"));

        var list = (await ann.GetAsync($"/api/usage?{query}")).Is(HttpStatusCode.OK)["events"].AsArray();

        Assert.Equal("202611-a", (string?)Assert.Single(list)!["id"]);
    }

    [Theory]
    [InlineData("/api/usage?metadata=feature")]
    [InlineData("/api/usage?metadata=:x")]
    [InlineData("/api/usage?metadata=a%20b:x")]
    [InlineData("/api/usage/summary?metadata=a:")]
    [InlineData("/api/usage/summary?metadata=a:x&groupBy=agent")]
    public async Task An_invalid_filter_is_refused(string path)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").GetAsync(path)).Blames("metadata");
    }

    private static string Event(string id, string metadata) =>
        $$"""{"id":"{{id}}","provider":"openai","model":"gpt-4o","inputTokens":1000,"outputTokens":10,"metadata":{{metadata}}}""";

    // The last cell of the first event.
    private static string CellOf(string csv)
    {
        using var text = new StringReader(csv);
        using var reader = CsvHelper.CsvReader.Create(text);
        Assert.True(reader.Read());
        return reader.GetString(reader.GetFieldIndex("metadata"));
    }
}
