using Microsoft.Playwright;

namespace MyCoach.Tests.Web;

/// <summary>A view, and what it shows only of data of <see cref="PageUser.WithMonthAsync"/> that it has read.</summary>
internal sealed record PageView(string Address, string Heading, AriaRole Role, string Name)
{
    public static readonly PageView[] All =
    [
        new("/", "Overview", AriaRole.Heading, "Spend in November 2026"),
        new("/usage", "Usage", AriaRole.Heading, "By model"),
        new("/usage/202611-claude-sonnet-4-6-14", "Receipt", AriaRole.Heading, "claude-sonnet-4-6"),
        new("/keys", "Keys", AriaRole.Button, "Check Anthropic key"),
        new("/models", "Models", AriaRole.Heading, "All models"),
        new("/budget", "Budget", AriaRole.Heading, "November 2026"),
        new("/bills", "Bills", AriaRole.Heading, "November 2026"),
        new("/tokens", "Tokens", AriaRole.Button, "Revoke token Laptop"),
        new("/try", "Try it", AriaRole.Heading, "Question"),
        new("/account", "Account", AriaRole.Heading, "Who you are"),
        new("/operator", "Operator", AriaRole.Heading, "Price book"),
    ];

    public ILocator DataIn(IPage page) => page.GetByRole(Role, new() { Name = Name, Exact = true });
}
