namespace MyCoach.Providers;

/// <summary>
/// Which account at OpenAI a key is used with: a key can belong to several organizations and projects, and a project can
/// belong to one region (platform.openai.com/docs/guides/your-data). Anthropic's keys belong to one workspace.
/// </summary>
/// <param name="Organization">Such as <c>org-…</c>; null for the key's default.</param>
/// <param name="Project">Such as <c>proj_…</c>; null for the key's default.</param>
/// <param name="Region">One of <see cref="Regions"/>; null for the global address.</param>
internal sealed record KeyAccount(string? Organization, string? Project, string? Region)
{
    public const int MaxLength = 128;

    public static readonly KeyAccount Default = new(null, null, null);

    /// <summary>The first label of the regional addresses: <c>eu</c> for <c>eu.api.openai.com</c>.</summary>
    public static readonly IReadOnlyList<string> Regions = ["ae", "au", "ca", "eu", "gb", "in", "jp", "kr", "sg", "us"];

    /// <summary>Adds the headers that select the organization and the project.</summary>
    public void Select(HttpRequestMessage request)
    {
        if (Organization is not null)
        {
            request.Headers.Add("OpenAI-Organization", Organization);
        }
        if (Project is not null)
        {
            request.Headers.Add("OpenAI-Project", Project);
        }
    }
}
