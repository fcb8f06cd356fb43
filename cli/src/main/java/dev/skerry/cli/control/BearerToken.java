package dev.skerry.cli.control;

import dev.skerry.cli.message.CommandFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A token, and where it was read: messages name the file, never the token.
 *
 * @param secret what is sent
 * @param file the file that holds it
 */
public record BearerToken(String secret, Path file) {
    private static final int MOST_BYTES = 2048;
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,1024}");

    /**
     * Reads a file.
     *
     * @param option what named it, for the message
     * @throws CommandFailed (used wrongly) when it holds no token
     */
    public static BearerToken read(Path file, String option) throws CommandFailed {
        if (Files.isDirectory(file)) {
            throw wrong(option + ": " + file + " is a directory, not a file with a token");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw wrong(option + ": " + CommandFailed.reason(e));
        }
        String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        if (bytes.length > MOST_BYTES || !VISIBLE.matcher(token).matches()) {
            throw wrong(
                    option
                            + ": "
                            + file
                            + " holds no token: it is visible ASCII characters in one piece, at"
                            + " most 1024");
        }
        return new BearerToken(token, file);
    }

    private static CommandFailed wrong(String message) {
        return CommandFailed.usedWrongly(List.of(message));
    }

    @Override
    public String toString() {
        return "token of " + file;
    }
}
