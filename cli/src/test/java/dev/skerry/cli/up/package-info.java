@NullMarked
package dev.skerry.cli.up;

import org.jspecify.annotations.NullMarked;
