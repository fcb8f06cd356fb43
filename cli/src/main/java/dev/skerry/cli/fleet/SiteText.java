package dev.skerry.cli.fleet;

import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.YamlDocuments;
import dev.skerry.config.schema.YamlNode;
import dev.skerry.config.text.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One site document of a file, as it is written there. What is in it is judged by the control
 * plane; here only its name is looked for.
 *
 * @param file as the user named it
 * @param line where it begins, from 1
 * @param site its name; null when none can be read, and then there is a problem
 * @param problems why it cannot be sent
 */
record SiteText(String file, int line, String text, @Nullable String site, List<Problem> problems) {
    /** At the beginning of a line this parts documents, whatever is around it. */
    private static final Pattern MARK = Pattern.compile("(---|\\.\\.\\.)(\\s.*)?");

    SiteText {
        problems = List.copyOf(problems);
    }

    /** All documents of a file; one without a site when the file cannot be read. */
    static List<SiteText> read(Path path) {
        String file = path.toString();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(YamlDocuments.MAX_BYTES + 1);
        } catch (IOException e) {
            Problems problems = new Problems(file);
            YamlDocuments.read(path, problems);
            return List.of(new SiteText(file, 0, "", null, problems.all()));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return List.of(unreadable(file, "the file is not UTF-8"));
        }
        if (bytes.length > YamlDocuments.MAX_BYTES) {
            return List.of(unreadable(file, "the file is larger than 1 MiB"));
        }
        List<SiteText> documents = split(file, text);
        return documents.isEmpty()
                ? List.of(unreadable(file, "holds no site; a site begins with 'site: NAME'"))
                : documents;
    }

    /** A line of the document as a line of the file. */
    int inFile(int lineOfText) {
        return lineOfText == 0 ? line : line + lineOfText - 1;
    }

    /** {@code FILE:LINE}. */
    String place() {
        return line == 0 ? file : file + ":" + line;
    }

    /** The same document with one more reason not to send it. */
    SiteText with(Problem problem) {
        List<Problem> more = new ArrayList<>(problems);
        more.add(problem);
        return new SiteText(file, line, text, site, more);
    }

    private static SiteText unreadable(String file, String message) {
        return new SiteText(file, 0, "", null, List.of(Problem.error(file, 0, "", message)));
    }

    private static List<SiteText> split(String file, String text) {
        List<SiteText> documents = new ArrayList<>();
        StringBuilder document = new StringBuilder();
        int begin = 1;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (MARK.matcher(line).matches()) {
                add(documents, file, begin, document);
                document.setLength(0);
                begin = number + 1;
            } else {
                document.append(line).append('\n');
            }
        }
        add(documents, file, begin, document);
        return documents;
    }

    /** Nothing between two marks is no document. */
    private static void add(
            List<SiteText> documents, String file, int begin, StringBuilder document) {
        String text = document.toString();
        Problems problems = new Problems(file);
        List<YamlNode> nodes = YamlDocuments.parse(text.getBytes(StandardCharsets.UTF_8), problems);
        if (nodes.isEmpty() && problems.errors() == 0) {
            return;
        }
        String site = nodes.isEmpty() ? null : name(nodes.getFirst());
        if (site == null && problems.errors() == 0) {
            problems.error(1, "site", "is missing: a site begins with 'site: NAME'");
        }
        List<Problem> found =
                problems.all().stream()
                        .filter(Problem::isError)
                        .map(one ->
                                Problem.error(
                                        file,
                                        begin + Math.max(one.line(), 1) - 1,
                                        one.path(),
                                        one.message()))
                        .toList();
        documents.add(new SiteText(file, begin, text, site, found));
    }

    private static @Nullable String name(YamlNode document) {
        if (document instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                if (entry.key().equals("site") && entry.value() instanceof YamlNode.Scalar name) {
                    return name.text().isBlank() ? null : name.text();
                }
            }
        }
        return null;
    }
}
