package dev.skerry.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.config.node.NodeReference;
import dev.skerry.config.node.Role;
import dev.skerry.config.schema.JsonSchema;
import dev.skerry.config.schema.ReferencePage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written about configuration must be what the code does. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final boolean WRITE = "write".equals(System.getProperty("skerry.documents"));

    @Test
    void theSchemaIsThatOfTheModel() throws Exception {
        String schema = JsonSchema.of("A Skerry site", SiteKeys.DOCUMENT);
        assertTrue(new ObjectMapper().readTree(schema).path("properties").has("origins"));
        compare(ROOT.resolve("docs/site.schema.json"), schema);
    }

    @Test
    void theReferenceTablesAreThoseOfTheModel() throws Exception {
        Path page = ROOT.resolve("docs/configuration.md");
        String text = Files.readString(page);
        text = with(text, "site keys", ReferencePage.of(SiteKeys.DOCUMENT));
        text = with(text, "edge options", NodeReference.of(Role.EDGE));
        text = with(text, "shield options", NodeReference.of(Role.SHIELD));
        compare(page, text);
    }

    @Test
    void everyExampleIsValidWithoutWarnings() throws Exception {
        List<Path> examples;
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            examples = files.filter(f -> f.toString().endsWith(".yaml")).toList();
        }
        assertTrue(examples.size() >= 4, examples.toString());
        for (Path example : examples) {
            assertEquals(List.of(), ConfigLoader.load(example).problems(), example.toString());
        }
    }

    @Test
    void everySiteInTheDocumentsIsValidWithoutWarnings() throws Exception {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        int found = 0;
        Pattern block = Pattern.compile("(?ms)^```yaml\n(site:.*?)^```");
        for (Path page : pages) {
            Matcher blocks = block.matcher(Files.readString(page));
            while (blocks.find()) {
                found++;
                byte[] yaml = blocks.group(1).getBytes(StandardCharsets.UTF_8);
                assertEquals(List.of(), ConfigLoader.parse(page.toString(), yaml).problems());
            }
        }
        assertTrue(found >= 2, "found only " + found);
    }

    private static String with(String page, String name, String table) {
        String begin = "<!-- " + name + ": generated -->\n";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf("<!-- end -->", from);
        assertTrue(from >= begin.length() && to >= from, "no place for the " + name);
        return page.substring(0, from) + table + page.substring(to);
    }

    private static void compare(Path file, String expected) throws IOException {
        if (WRITE) {
            Files.writeString(file, expected);
        }
        assertEquals(expected, Files.readString(file), file + " is out of date");
    }
}
