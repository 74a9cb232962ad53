using System.IO.Compression;
using System.Net;

namespace MyCoach.Tests.Web;

/// <summary>How the program serves its page: types, encodings, caching and addresses.</summary>
public sealed class PageServingTests(ServedPage page) : IClassFixture<ServedPage>
{
    private const string Immutable = "public, max-age=31536000, immutable";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/usage")]
    [InlineData("/usage/202611-a.b_c:d")]
    [InlineData("/keys/")]
    [InlineData("/operator")]
    [InlineData("/a/view/of/later")]
    [InlineData("/apix")]
    [InlineData("/?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj&iss=x")]
    [InlineData("/usage?model=gpt-5-mini&model=b&unknown")]
    public async Task Every_address_of_a_view_is_the_page(string address)
    {
        using var answer = await GetAsync(address);

        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (answer.StatusCode, TypeOf(answer)));
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.Contains(
            "<div id=\"root\">",
            await answer.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/robots.txt")]
    [InlineData("/assets/")]
    [InlineData("/assets/index-00000000.js")]
    [InlineData("/assets/index")]
    [InlineData("/views/x.js")]
    [InlineData("/.env")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/assets/..%2f..%2fMyCoach.Functions.dll")]
    public async Task A_file_that_does_not_exist_is_404(string address)
    {
        using var answer = await GetAsync(address);

        Assert.Equal(
            (HttpStatusCode.NotFound, "application/problem+json", "no-store"),
            (answer.StatusCode, TypeOf(answer), answer.Headers.CacheControl?.ToString())
        );
    }

    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/")]
    [InlineData("GET", "/API/nothing")]
    [InlineData("GET", "/api/index.html")]
    [InlineData("HEAD", "/api/keys")]
    [InlineData("POST", "/")]
    [InlineData("DELETE", "/usage")]
    public async Task The_page_has_neither_addresses_of_the_API_nor_other_methods(string method, string address)
    {
        using var answer = await SendAsync(method, address);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("GZip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("*", "br")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("gzip;q=0.1, identity", null)]
    [InlineData("deflate", null)]
    [InlineData("identity;q=0, gzip;q=0.001", "gzip")]
    [InlineData("br;q=x", null)]
    public async Task The_encoding_is_the_smallest_that_the_client_prefers(string accepted, string? encoding)
    {
        var (script, _) = await ServedPage.AssetsAsync(page.Http);
        using var plain = await GetAsync(script);
        using var answer = await GetAsync(script, ("Accept-Encoding", accepted));

        Assert.Equal(encoding is null ? [] : [encoding], answer.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], answer.Headers.Vary);
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(Cancellation), await DecodedAsync(answer));
        Assert.True(encoding is null || LengthOf(answer) < LengthOf(plain) / 2);
    }

    [Fact]
    public async Task Assets_are_typed_and_cached_for_a_year()
    {
        var (script, style) = await ServedPage.AssetsAsync(page.Http);
        foreach (var (address, type) in ((string, string)[])[(script, "text/javascript"), (style, "text/css")])
        {
            using var answer = await GetAsync(address);
            Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, TypeOf(answer)));
            Assert.Equal(Immutable, Assert.Single(answer.Headers.GetValues("Cache-Control")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Theory]
    [InlineData("/", "br")]
    [InlineData("/", "")]
    [InlineData("script", "gzip")]
    public async Task What_the_client_has_is_not_sent_again(string address, string encoding)
    {
        address = address == "script" ? (await ServedPage.AssetsAsync(page.Http)).Script : address;
        using var first = await GetAsync(address, ("Accept-Encoding", encoding));
        var etag = first.Headers.ETag!;
        Assert.False(etag.IsWeak);

        using var again = await GetAsync(address, ("Accept-Encoding", encoding), ("If-None-Match", etag.Tag));
        Assert.Equal((HttpStatusCode.NotModified, etag), (again.StatusCode, again.Headers.ETag));
        Assert.Equal(first.Headers.CacheControl, again.Headers.CacheControl);
        // Browsers take these for the answer that they have.
        Assert.Equal(PolicyOf(first), PolicyOf(again));
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancellation));

        using var other = await GetAsync(address, ("Accept-Encoding", encoding), ("If-None-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        // Each encoding has its own tag.
        using var plain = await GetAsync(address, ("If-None-Match", etag.Tag));
        Assert.Equal(encoding.Length > 0 ? HttpStatusCode.OK : HttpStatusCode.NotModified, plain.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/budget")]
    [InlineData("/config.json")]
    [InlineData("/missing.js")]
    public async Task HEAD_answers_as_GET_without_a_body(string address)
    {
        using var get = await GetAsync(address);
        using var head = await SendAsync("HEAD", address);

        Assert.Equal(
            (get.StatusCode, TypeOf(get), get.Headers.ETag, get.Headers.CacheControl),
            (head.StatusCode, TypeOf(head), head.Headers.ETag, head.Headers.CacheControl)
        );
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task The_page_loads_only_files_of_the_program_and_no_inline_code()
    {
        using var answer = await GetAsync("/");
        var html = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                + "connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
            PolicyOf(answer)
        );
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)<style|<script(?![^>]*src=)|\\son[a-z]+=|\\sstyle=", html);
        // What is no page may load nothing at all.
        using var script = await GetAsync((await ServedPage.AssetsAsync(page.Http)).Script);
        Assert.StartsWith("default-src 'none'; frame-ancestors 'none'", PolicyOf(script), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> GetAsync(string address, params (string Name, string Value)[] headers) =>
        SendAsync("GET", address, headers);

    private async Task<HttpResponseMessage> SendAsync(
        string method,
        string address,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return await page.Http.SendAsync(request, Cancellation);
    }

    private static string PolicyOf(HttpResponseMessage answer) =>
        Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));

    private static string? TypeOf(HttpResponseMessage answer) => answer.Content.Headers.ContentType?.ToString();

    private static long LengthOf(HttpResponseMessage answer) => answer.Content.Headers.ContentLength!.Value;

    private static async Task<byte[]> DecodedAsync(HttpResponseMessage answer)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        await using Stream decoded = answer.Content.Headers.ContentEncoding.FirstOrDefault() switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var all = new MemoryStream();
        await decoded.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }
}
