using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace MyCoach.Bench.Bare;

/// <summary>Public, so that the generated executor calls it.</summary>
public static class BareFunctions
{
    [Function("Bare")]
    public static Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "bare")] HttpRequest request
    ) => request.HttpContext.Response.WriteAsync("ok");
}
