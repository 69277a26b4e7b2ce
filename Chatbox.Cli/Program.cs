using Chatbox.Cli;

return await new Pbm(Console.In, Console.Out, Console.Error, Environment.GetEnvironmentVariable).Run(args);
