package dev.skerry.config.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads YAML within bounds: at most 1 MiB, 16 levels, no aliases (nothing can expand), no tags, no
 * key twice.
 */
public final class YamlDocuments {
    /** The largest file, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /** The deepest nesting. */
    public static final int MAX_DEPTH = 16;

    private static final YAMLFactory FACTORY = new YAMLFactory();

    private final YAMLParser parser;
    private final Problems problems;

    private YamlDocuments(YAMLParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The documents of a file; those before a syntax error when there is one. */
    public static List<YamlNode> read(Path file, Problems problems) {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            problems.error(0, "", "there is no such file");
            return List.of();
        } catch (AccessDeniedException e) {
            problems.error(0, "", "this user may not read the file");
            return List.of();
        } catch (IOException e) {
            problems.error(0, "", "the file cannot be read: " + e.getMessage());
            return List.of();
        }
        return parse(bytes, problems);
    }

    /** The documents of a text in UTF-8; those before a syntax error when there is one. */
    public static List<YamlNode> parse(byte[] bytes, Problems problems) {
        if (bytes.length > MAX_BYTES) {
            problems.error(0, "", "the file is larger than 1 MiB");
            return List.of();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            problems.error(0, "", "the file is not UTF-8");
            return List.of();
        }
        List<YamlNode> documents = new ArrayList<>();
        try (YAMLParser parser = FACTORY.createParser(text)) {
            YamlDocuments reader = new YamlDocuments(parser, problems);
            for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
                YamlNode document = reader.node(t, "", 1);
                if (!(document instanceof YamlNode.Scalar scalar
                        && scalar.kind() == YamlNode.Scalar.Kind.NULL)) {
                    documents.add(document);
                }
            }
        } catch (TooDeepException e) {
            problems.error(e.line, "", "nested deeper than " + MAX_DEPTH + " levels");
        } catch (JsonProcessingException e) {
            syntaxError(e, problems);
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string", e);
        }
        return documents;
    }

    private YamlNode node(JsonToken token, String path, int depth) throws IOException {
        int line = line();
        if (depth > MAX_DEPTH) {
            throw new TooDeepException(line);
        }
        if (parser.isCurrentAlias()) {
            problems.error(line, path, "aliases (*name) are not supported: repeat the value");
            return new YamlNode.Scalar(line, YamlNode.Scalar.Kind.NULL, "");
        }
        if (parser.getTypeId() != null) {
            problems.error(line, path, "tags (!name) are not supported");
        }
        return switch (token) {
            case START_OBJECT -> mapping(line, path, depth);
            case START_ARRAY -> {
                List<YamlNode> items = new ArrayList<>();
                for (JsonToken t = next(); t != JsonToken.END_ARRAY; t = next()) {
                    items.add(node(t, path + "[" + items.size() + "]", depth + 1));
                }
                yield new YamlNode.Sequence(line, List.copyOf(items));
            }
            case VALUE_TRUE, VALUE_FALSE -> scalar(line, YamlNode.Scalar.Kind.BOOLEAN);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(line, YamlNode.Scalar.Kind.NUMBER);
            case VALUE_NULL -> scalar(line, YamlNode.Scalar.Kind.NULL);
            default -> scalar(line, YamlNode.Scalar.Kind.TEXT);
        };
    }

    private YamlNode mapping(int line, String path, int depth) throws IOException {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (JsonToken t = next(); t != JsonToken.END_OBJECT; t = next()) {
            String key = parser.currentName();
            int keyLine = line();
            String keyPath = path.isEmpty() ? key : path + "." + key;
            YamlNode value = node(next(), keyPath, depth + 1);
            YamlNode.Entry first = entries.get(key);
            if (first == null) {
                entries.put(key, new YamlNode.Entry(keyLine, key, value));
            } else {
                problems.error(keyLine, keyPath, "is given twice, first in line " + first.line());
            }
        }
        return new YamlNode.Mapping(line, List.copyOf(entries.values()));
    }

    private YamlNode scalar(int line, YamlNode.Scalar.Kind kind) throws IOException {
        String text = parser.getText();
        return new YamlNode.Scalar(line, kind, text == null ? "" : text);
    }

    private JsonToken next() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new IOException("the document ends inside a value");
        }
        return token;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private static void syntaxError(JsonProcessingException e, Problems problems) {
        @Nullable Throwable cause = e.getCause();
        if (cause instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            String context = yaml.getContext() == null ? "" : " " + yaml.getContext();
            problems.error(
                    yaml.getProblemMark().getLine() + 1,
                    "",
                    "not YAML: " + yaml.getProblem() + context);
        } else {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
            String message = e.getOriginalMessage();
            problems.error(line, "", "not YAML: " + message.lines().findFirst().orElse(""));
        }
    }

    /** Ends the reading of a document that nests too deep. */
    private static final class TooDeepException extends IOException {
        private final int line;

        TooDeepException(int line) {
            this.line = line;
        }
    }
}
