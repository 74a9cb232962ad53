using System.Net;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>Which admin keys are taken, and with which sentence others are refused.</summary>
public sealed class BillingKeyTests(LocalParts parts)
{
    private const string OpenAiKey = "sk-proj-the-key-of-ann-000001";
    private const string AnthropicKey = "sk-ant-api03-the-key-of-ann-0001";

    [Theory]
    [InlineData("openai", OpenAiKey, BilledUser.OpenAiAdmin, "org-default")]
    [InlineData("anthropic", AnthropicKey, BilledUser.AnthropicAdmin, null)]
    [InlineData("anthropic", AnthropicKey, "sk-ant-api03-orgwide-key-of-ann-01", null)]
    public async Task An_admin_key_is_stored_masked_and_finds_the_stored_key(
        string provider,
        string key,
        string adminKey,
        string? organization
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", key);

        var stored = (await ann.StoreAdminAsync(adminKey)).Is(HttpStatusCode.Created);

        Assert.Equal($"...{adminKey[^4..]}", (string?)stored["maskedKey"]);
        Assert.Equal("key", (string?)stored["scope"]);
        Assert.Null((string?)stored.Body!["scopeReason"]);
        var link = Assert.Single(stored["keys"].AsArray())!;
        Assert.Equal(ann.Keys[provider].KeyId, (string?)link["keyId"]);
        Assert.Equal(BilledKey.Of(key).Id, (string?)link["providerKeyId"]);
        Assert.Equal(organization ?? BilledKey.Of(adminKey).OrganizationId, (string?)stored["organizationId"]);
        Assert.Equal(stored.Text, (await ann.Api.GetAsync($"/api/billing/{provider}")).Text);
        Assert.Equal(
            stored.Text,
            (await ann.Api.GetAsync("/api/billing"))["billing"].AsArray().Single()!.ToJsonString()
        );
        var row = Assert.Single(await app.RowsAsync("ApiKeys"), row => row.RowKey == $"billing_{provider}");
        Assert.DoesNotContain(adminKey, string.Join(" ", row.Select(column => column.Value)), StringComparison.Ordinal);
        // It is no key for calls.
        Assert.Single((await ann.Api.GetAsync("/api/keys"))["keys"].AsArray());
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(adminKey, StringComparison.Ordinal));

        (await ann.Api.DeleteAsync($"/api/billing/{provider}")).Is(HttpStatusCode.NoContent);
        (await ann.Api.GetAsync($"/api/billing/{provider}")).IsProblem(404, "not_found");
        (await ann.Api.DeleteAsync($"/api/billing/{provider}")).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData(OpenAiKey, "may not read the organisation's costs")]
    [InlineData("sk-admin-a-noscope-admin-key-01", "api.usage.read")]
    [InlineData("sk-admin-a-wrong-admin-key-0001", "openai does not know this key")]
    [InlineData(AnthropicKey, "may not read the organisation")]
    [InlineData("sk-ant-admin01-a-wrong-key-00001", "anthropic does not know this key")]
    [InlineData("sk-admin-a-key-of-orgs-orgbeta-1", "another organisation")]
    [InlineData("sk-ant-admin01-a-key-orgbeta-001", "another organisation")]
    public async Task A_key_that_cannot_read_the_bill_is_refused_with_a_reason(string adminKey, string reason)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", OpenAiKey, AnthropicKey);

        var refused = (await ann.StoreAdminAsync(adminKey)).IsProblem(422, "key_rejected");

        Assert.Contains(reason, (string?)refused["detail"], StringComparison.Ordinal);
        Assert.DoesNotContain(adminKey, refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await app.RowsAsync("ApiKeys"),
            row => row.RowKey.StartsWith("billing_", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("sk-admin-a-usageonly-admin-key-1", "keys_not_listed")]
    [InlineData(BilledUser.OpenAiAdmin, "no_stored_key", false)]
    public async Task Without_a_known_key_the_whole_organisation_is_compared(
        string adminKey,
        string reason,
        bool hasKey = true
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", hasKey ? [OpenAiKey] : []);

        var stored = (await ann.StoreAdminAsync(adminKey)).Is(HttpStatusCode.Created);

        Assert.Equal("organisation", (string?)stored["scope"]);
        Assert.Equal(reason, (string?)stored["scopeReason"]);
        Assert.Empty(stored["keys"].AsArray());
    }

    [Fact]
    public async Task A_key_that_looks_like_another_is_found_when_it_is_named()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", OpenAiKey);
        // The same first and last characters.
        app.Emulator.Billing.AddKey("sk-proj-a-twin-of-the-key-000001");

        var ambiguous = (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin)).Is(HttpStatusCode.Created);
        Assert.Equal("ambiguous", (string?)ambiguous["scopeReason"]);

        var named = (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin, BilledKey.Of(OpenAiKey).Id)).Is(
            HttpStatusCode.OK
        );
        Assert.Equal("key", (string?)named["scope"]);
        Assert.Equal(BilledKey.Of(OpenAiKey).Id, (string?)named["providerKeyId"]);

        var unknown = (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin, "key_unknown")).Is(HttpStatusCode.OK);
        Assert.Equal("not_found", (string?)unknown["scopeReason"]);
    }

    [Fact]
    public async Task An_admin_key_is_not_stored_while_the_provider_does_not_answer()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann");
        app.Emulator.Knobs.FailNext(1, 500);
        var refused = (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin)).IsProblem(503, "provider_unavailable");
        Assert.Equal("30", refused.Headers.RetryAfter?.ToString());

        app.Emulator.Knobs.DropNext(1);
        (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin)).IsProblem(503, "provider_unavailable");
        Assert.Empty(await app.RowsAsync("ApiKeys"));
    }

    [Fact]
    public async Task A_key_posted_to_the_wrong_place_is_refused_before_any_provider_sees_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann");

        (await ann.Api.PutAsync("/api/keys/openai", new { apiKey = BilledUser.OpenAiAdmin })).Blames("apiKey");
        (await ann.Api.PutAsync("/api/billing/openai", new { adminKey = BilledUser.AnthropicAdmin })).Blames(
            "adminKey"
        );
        (await ann.Api.PutAsync("/api/billing/openai", new { adminKey = "short" })).Blames("adminKey");
        (await ann.Api.PutAsync("/api/billing/openai", new { })).Blames("adminKey");
        (await ann.Api.PutAsync("/api/billing/mistral", new { adminKey = BilledUser.OpenAiAdmin })).IsProblem(
            404,
            "not_found"
        );

        Assert.Empty(app.Emulator.Calls);
    }

    [Fact]
    public async Task If_Match_protects_an_admin_key_from_unseen_changes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann");
        var first = await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        var second = await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);

        var body = new { adminKey = BilledUser.OpenAiAdmin };
        (await ann.Api.PutAsync("/api/billing/openai", body, first.ETag)).IsProblem(412, "precondition_failed");
        (await ann.Api.DeleteAsync("/api/billing/openai", first.ETag)).IsProblem(412, "precondition_failed");
        (await ann.Api.DeleteAsync("/api/billing/openai", second.ETag)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Without_a_data_key_no_admin_key_is_taken()
    {
        await using var app = await TestApp.StartAsync(parts, ["API_KEY_ENCRYPTION_KEY="]);
        var ann = await BilledUser.CreateAsync(app, "ann");
        (await ann.StoreAdminAsync(BilledUser.OpenAiAdmin)).IsProblem(503, "encryption_unavailable");
        Assert.Empty(app.Emulator.Calls);
    }

    [Fact]
    public async Task A_user_sees_no_bills_of_another()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", OpenAiKey);
        var ben = await BilledUser.CreateAsync(app, "ben");
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);

        (await ben.Api.GetAsync("/api/billing/openai")).IsProblem(404, "not_found");
        (await ben.Api.PostAsync("/api/billing/openai/sync")).IsProblem(404, "not_found");
        Assert.Empty((await ben.Api.GetAsync("/api/billing"))["billing"].AsArray());
    }
}
