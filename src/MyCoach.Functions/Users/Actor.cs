using System.Net;
using System.Reflection;
using MyCoach.Hosting;

namespace MyCoach.Users;

/// <summary>
/// Who acts on a user's keys or data: the user, a token of the user, a service for the user, or the program. With the
/// client's IP address, if the platform reports it.
/// </summary>
/// <param name="By">The value in responses: <c>user</c>, <c>token</c>, <c>service</c> or <c>program</c>.</param>
internal sealed record Actor(string By, string? ClientAddress)
{
    public static readonly Actor Program = new("program", ClientAddress: null);

    // App Service's front end sets this header. Elsewhere the caller could forge it. X-Forwarded-For is no help: the
    // Functions host overwrites it.
    private const string ClientAddressHeader = "CLIENT-IP";

    public static ValueTask<Actor?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var stated = context.RequestServices.GetRequiredService<HostEnvironment>().IsAppService
            ? context.Request.Headers[ClientAddressHeader].ToString()
            : "";
        return ValueTask.FromResult<Actor?>(
            new Actor(
                context.Features.Get<Caller>() switch
                {
                    { IsService: true } => "service",
                    { HasToken: true } => "token",
                    _ => "user",
                },
                IPEndPoint.TryParse(stated, out var address) ? address.Address.ToString() : null
            )
        );
    }
}
