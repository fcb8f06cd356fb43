package dev.skerry.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.text.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, reading it ends with sites or problems, never with an exception. */
class LoaderFuzzTest {
    private static final String SPICE = "{}[]:,-?*&!|>'\"%@`#\n\t \\~<=0x\u0000\u00ff\u0085";

    @Test
    void damagedExamplesGiveProblemsNotExceptions() throws Exception {
        byte[] whole = Files.readAllBytes(Path.of("examples/shop.yaml"));
        for (int seed = 0; seed < 4000; seed++) {
            byte[] damaged = damage(whole, new Random(seed));
            try {
                Loaded loaded = ConfigLoader.parse("f", damaged);
                boolean clean = loaded.problems().stream().noneMatch(Problem::isError);
                assertEquals(clean, loaded.isValid());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static byte[] damage(byte[] whole, Random random) {
        byte[] bytes = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
        for (int i = random.nextInt(4); i >= 0; i--) {
            char c = SPICE.charAt(random.nextInt(SPICE.length()));
            bytes[random.nextInt(bytes.length)] = (byte) c;
        }
        return bytes;
    }
}
