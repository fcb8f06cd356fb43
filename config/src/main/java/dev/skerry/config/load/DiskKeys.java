package dev.skerry.config.load;

import dev.skerry.config.DiskShare;
import dev.skerry.config.DiskShare.Amount;
import dev.skerry.config.DiskShare.Part;
import dev.skerry.config.DiskShare.Size;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.ScalarShape;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Values;
import dev.skerry.config.text.Sizes;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a site may take of a node's disks. */
final class DiskKeys {
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,2})?)%");

    private static final Shape<Amount> AMOUNT =
            new ScalarShape<>("share or size", schema(), DiskKeys::amount, DiskKeys::show);

    static final Key<Amount> AT_LEAST =
            Key.withDefault(
                    "at-least",
                    AMOUNT,
                    DiskShare.ANY.atLeast(),
                    "What the site keeps, approximately, however much other sites are used: `5%`"
                            + " of all disks of a node, or a size. All sites together can be sure"
                            + " of 75%.");
    static final Key<Amount> AT_MOST =
            Key.withDefault(
                    "at-most",
                    AMOUNT,
                    DiskShare.ANY.atMost(),
                    "Beyond which nothing more of the site is written, approximately. `0%`: it is"
                            + " kept in memory alone.");

    /** The key itself. */
    static final Key<Values> DISK =
            Key.optional(
                    "disk",
                    new ObjectShape("disk shares", List.of(AT_LEAST, AT_MOST)),
                    "What the site may take of a node's disks.");

    private DiskKeys() {}

    /** What a document says, from values that had no errors. */
    static DiskShare share(@Nullable Values disk) {
        return disk == null ? DiskShare.ANY : new DiskShare(disk.get(AT_LEAST), disk.get(AT_MOST));
    }

    /** Both in the same measure can be compared; otherwise that is up to the size of the disks. */
    static void check(@Nullable Values disk, Problems problems) {
        Amount least = disk == null ? null : disk.find(AT_LEAST);
        Amount most = disk == null ? null : disk.find(AT_MOST);
        if (disk == null || least == null || most == null) {
            return;
        }
        if (isMore(least, most)) {
            problems.error(
                    disk.line(AT_LEAST),
                    disk.path(AT_LEAST),
                    "'%s' is more than at-most, '%s'".formatted(show(least), show(most)));
        }
    }

    private static boolean isMore(Amount least, Amount most) {
        if (least instanceof Part part && most instanceof Part bound) {
            return part.hundredths() > bound.hundredths();
        }
        return least instanceof Size size
                && most instanceof Size bound
                && size.bytes() > bound.bytes();
    }

    /** A share as it is written, such as {@code 7.5%}. */
    static String percent(int hundredths) {
        return BigDecimal.valueOf(hundredths, 2).stripTrailingZeros().toPlainString() + "%";
    }

    private static Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("string", "integer"));
        schema.put("pattern", "^([0-9]{1,3}(\\.[0-9]{1,2})?%|[0-9]{1,12}[kKmMgGtT]?)$");
        return schema;
    }

    private static String show(Amount amount) {
        return switch (amount) {
            case Part part -> percent(part.hundredths());
            case Size size -> Sizes.format(size.bytes());
        };
    }

    private static Amount amount(String text) {
        Matcher percent = PERCENT.matcher(text);
        if (!percent.matches()) {
            OptionalLong bytes = Sizes.parse(text);
            if (bytes.isEmpty()) {
                throw new IllegalArgumentException(
                        "'" + text + "' is neither a share such as 7.5% nor " + Sizes.FORM);
            }
            return new Size(bytes.getAsLong());
        }
        int hundredths = new BigDecimal(percent.group(1)).movePointRight(2).intValueExact();
        if (hundredths > Part.WHOLE) {
            throw new IllegalArgumentException("'" + text + "' is out of range: 0% to 100%");
        }
        return new Part(hundredths);
    }
}
