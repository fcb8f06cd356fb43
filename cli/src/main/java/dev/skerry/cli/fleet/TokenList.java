package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code skerry token list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {"Lists all tokens: name, verbs, sites. Secrets are not kept.", ""},
        footer = {"  ./skerry token list"})
public final class TokenList implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public TokenList() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        try (ControlClient client = control.connect()) {
            ControlAnswer answer = client.fetch(ControlRequest.get("/v1/tokens"));
            PrintWriter out = control.out();
            if (control.json()) {
                out.println(answer.text().strip());
            } else {
                Terminal.table(rows(answer.json())).forEach(out::println);
            }
            out.flush();
        }
        return ExitCode.OK;
    }

    private static List<List<String>> rows(JsonNode document) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "VERBS", "SITES", "RATE", "CREATED", "BY"));
        for (JsonNode token : document.path("tokens")) {
            rows.add(
                    List.of(
                            token.path("name").asText(),
                            words(token.path("verbs")),
                            token.has("sites") ? words(token.path("sites")) : "all",
                            token.has("rate") ? token.path("rate").asText() + "/s" : "usual",
                            token.path("created").asText(),
                            token.path("who").asText()));
        }
        return rows;
    }

    private static String words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return String.join(" ", words);
    }
}
