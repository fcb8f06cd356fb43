package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.io.Console;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands in a purge. When it has to be confirmed, and somebody sits at a terminal, that person is
 * told what it would do and asked for the site's name.
 *
 * @param key sent again with it, the purge is done once; null for none
 */
record PurgeCall(ControlClient client, String path, ObjectNode document, @Nullable String key) {
    private static final int CONFLICT = 409;

    /** The answer, whatever it is. */
    @SuppressWarnings("SystemConsoleNull") // without a terminal JDK 25 gives null again
    ControlAnswer answer(Duration patience) throws CommandFailed, InterruptedException {
        ControlAnswer answer = client.ask(request(patience));
        if (answer.status() != CONFLICT || document.has("confirm")) {
            return answer;
        }
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return answer;
        }
        console.printf("%s%n", String.join("\n", answer.problems()));
        String name = console.readLine("Type the site's name to purge all of it now: ");
        if (name == null || name.isBlank()) {
            throw CommandFailed.usedWrongly(List.of("nothing was purged"));
        }
        document.put("confirm", name.strip());
        return client.ask(request(patience));
    }

    private ControlRequest request(Duration patience) {
        ControlRequest request = ControlRequest.post(path, document.toString()).waiting(patience);
        return key == null ? request : request.once(key);
    }
}
