// Nothing but an address that answers: what any app with these packages takes to start.
var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/", () => "ok");
app.Run();
