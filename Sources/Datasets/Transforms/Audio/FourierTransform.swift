import Glibc

/// The discrete Fourier transform of any length, X_k = Σₙ xₙ · e^(−2πi·kn/N), in double precision.
///
/// Lengths whose prime factors are small are cut into them (the mixed-radix algorithm of J. Cooley
/// and J. Tukey, 1965, in the order of T. Stockham, so that nothing has to be sorted); of others a
/// convolution of such a length is made (L. Bluestein, 1970).
public struct FourierTransform: Sendable {
  /// A complex number: real part, imaginary part.
  public typealias Complex = SIMD2<Double>

  /// N.
  public let count: Int
  private let factors: [Int]
  /// e^(−2πi·k/N).
  private let roots: [Complex]
  private let convolution: Convolution?

  /// Factors up to this are cheaper as they are than as a convolution.
  private static let largestFactor = 64

  /// The transform of `count` numbers; none or a negative number of them are taken as one.
  public init(count: Int) {
    let count = max(1, count)
    self.count = count
    factors = FourierTransform.factors(of: count)
    if (factors.last ?? 1) > FourierTransform.largestFactor {
      convolution = Convolution(count)
      roots = []
    } else {
      convolution = nil
      roots = (0..<count).map { FourierTransform.root($0, of: count) }
    }
  }

  /// e^(−2πi·k/N).
  static func root(_ k: Int, of count: Int) -> Complex {
    let angle = -2 * Double.pi * Double(k) / Double(count)
    return Complex(cos(angle), sin(angle))
  }

  /// Prime factors in rising order, pairs of 2 as 4.
  private static func factors(of count: Int) -> [Int] {
    var (rest, factors) = (count, [Int]())
    while rest % 4 == 0 { (rest, factors) = (rest / 4, factors + [4]) }
    var factor = 2
    while factor * factor <= rest {
      while rest % factor == 0 { (rest, factors) = (rest / factor, factors + [factor]) }
      factor += 1
    }
    return (rest > 1 ? factors + [rest] : factors).sorted()
  }

  /// The transform of `count` numbers; those that are missing count as 0.
  public func callAsFunction(_ input: [Complex]) -> [Complex] {
    var data = input
    if data.count < count { data += Array(repeating: .zero, count: count - data.count) }
    if let convolution { return convolution.transform(data) }
    var scratch = [Complex](repeating: .zero, count: count)
    var stride = 1
    for factor in factors {
      pass(factor, stride, from: data, to: &scratch)
      swap(&data, &scratch)
      stride *= factor
    }
    return data
  }

  /// X_k of real numbers for k = 0 … N / 2: the others are their conjugates.
  public func ofReals(_ input: [Float]) -> [Complex] {
    Array(self(input.map { Complex(Double($0), 0) }).prefix(count / 2 + 1))
  }

  /// X_k of two signals of real numbers for k = 0 … N / 2, at the cost of one: with z = x + iy the
  /// transform of x is the part of Z that is its own conjugate mirrored, (Z_k + Z̄_(N−k)) / 2.
  public func ofReals(
    _ first: [Float], _ second: [Float]
  ) -> (first: [Complex], second: [Complex]) {
    let both = self(zip(first, second).map { Complex(Double($0), Double($1)) })
    var (firsts, seconds): ([Complex], [Complex]) = ([], [])
    firsts.reserveCapacity(count / 2 + 1)
    seconds.reserveCapacity(count / 2 + 1)
    for k in 0...count / 2 {
      let (value, mirrored) = (both[k], both[k == 0 ? 0 : count - k])
      let conjugate = Complex(mirrored[0], -mirrored[1])
      let (sum, difference) = ((value + conjugate) / 2, (value - conjugate) / 2)
      firsts.append(sum)
      // Divided by i.
      seconds.append(Complex(difference[1], -difference[0]))
    }
    return (firsts, seconds)
  }

  /// Combines `stride` transforms of every residue into transforms `factor` times as long.
  private func pass(
    _ factor: Int, _ stride: Int, from input: [Complex], to output: inout [Complex]
  ) {
    let groups = count / (factor * stride)
    let quarter = count / factor
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        roots.withUnsafeBufferPointer { roots in
          var turned = [Complex](repeating: .zero, count: factor)
          for group in 0..<groups {
            for place in 0..<stride {
              // The part j of the sum is turned by e^(−2πi · j·place / (factor·stride)).
              for j in 0..<factor {
                turned[j] = multiply(
                  input[(j * groups + group) * stride + place], roots[j * place * groups])
              }
              let first = group * factor * stride + place
              if factor == 4 {
                combineFour(turned, into: output, first, stride)
              } else if factor == 2 {
                output[first] = turned[0] + turned[1]
                output[first + stride] = turned[0] - turned[1]
              } else {
                for k in 0..<factor {
                  var sum = turned[0]
                  for j in 1..<factor {
                    sum += multiply(turned[j], roots[j * k % factor * quarter])
                  }
                  output[first + k * stride] = sum
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The transform of four numbers, whose roots are 1, −i, −1 and i.
@inline(__always)
private func combineFour(
  _ x: [SIMD2<Double>], into output: UnsafeMutableBufferPointer<SIMD2<Double>>, _ first: Int,
  _ stride: Int
) {
  let (even, odd) = (x[0] + x[2], x[1] + x[3])
  let (evenLess, oddLess) = (x[0] - x[2], x[1] - x[3])
  let turned = SIMD2(oddLess[1], -oddLess[0])
  output[first] = even + odd
  output[first + stride] = evenLess + turned
  output[first + 2 * stride] = even - odd
  output[first + 3 * stride] = evenLess - turned
}

@inline(__always)
private func multiply(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> SIMD2<Double> {
  SIMD2(a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0])
}

/// A transform as a convolution: with kn = (k² + n² − (k − n)²) / 2, X_k is a chirp's conjugate times
/// the convolution of x times the conjugate with the chirp.
private final class Convolution: Sendable {
  private let count: Int
  private let longer: FourierTransform
  /// e^(−πi·n²/N).
  private let chirp: [SIMD2<Double>]
  /// The transform of the chirp's conjugate, laid around the circle.
  private let kernel: [SIMD2<Double>]

  init(_ count: Int) {
    self.count = count
    var length = 1
    while length < 2 * count - 1 { length *= 2 }
    let longer = FourierTransform(count: length)
    self.longer = longer
    // n² modulo 2N keeps the angle small and exact.
    let chirp = (0..<count).map { FourierTransform.root($0 * $0 % (2 * count), of: 2 * count) }
    self.chirp = chirp
    var circle = [SIMD2<Double>](repeating: .zero, count: length)
    for place in 0..<count {
      circle[place] = SIMD2(chirp[place][0], -chirp[place][1])
      if place > 0 { circle[length - place] = circle[place] }
    }
    kernel = longer(circle)
  }

  func transform(_ input: [SIMD2<Double>]) -> [SIMD2<Double>] {
    let spectrum = longer((0..<count).map { multiply(input[$0], chirp[$0]) })
    // The inverse transform is the transform of the conjugate, conjugated and divided by the length.
    let product = zip(spectrum, kernel).map { a, b in
      let value = multiply(a, b)
      return SIMD2(value[0], -value[1])
    }
    let result = longer(product)
    let scale = 1 / Double(longer.count)
    return (0..<count).map { multiply(SIMD2(result[$0][0], -result[$0][1]) * scale, chirp[$0]) }
  }
}
