import Glibc
import Tensors

/// base^exponent for a whole exponent.
func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }

/// base^exponent.
func power(_ base: Double, _ exponent: Number) -> Number { .power(Number(base), exponent) }

/// base^exponent.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// From 1 at `progress` 0 to 0 at 1, along half a cosine wave.
func cosineFall(_ progress: Double) -> Double { (1 + cos(.pi * progress)) / 2 }
