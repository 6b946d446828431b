import Myelin

/// Fused primitives against the same formula in tensor operations, value and gradient (record 6).
enum FusionBenchmarks {
  static func run() {
    var random = RandomSource(seed: 0)
    let images = random.normal([64, 32, 16, 16])
    let weights = random.normal(images.shape)
    var norm = BatchNorm2D(32)
    compare(
      "batch normalization of [64, 32, 16, 16]",
      fused: { _ = gradient(of: &norm) { ($0(images) * weights).sum() } },
      composed: {
        _ = gradient(of: images) { x in
          let center = x - x.mean(along: 0, 2, 3, keepingAxes: true)
          let variance = square(center).mean(along: 0, 2, 3, keepingAxes: true)
          return (center * rsqrt(variance + 1e-5) * weights).sum()
        }
      })
    let rows = random.normal([512, 1024])
    let cotangent = random.normal(rows.shape)
    compare(
      "softmax of [512, 1024]",
      fused: { _ = gradient(of: rows) { (softmax($0) * cotangent).sum() } },
      composed: {
        _ = gradient(of: rows) { x in
          let powers = exp(x - x.detached().max(along: 1, keepingAxes: true))
          return (powers / powers.sum(along: 1, keepingAxes: true) * cotangent).sum()
        }
      })
    compare(
      "GELU of [512, 1024]",
      fused: { _ = gradient(of: rows) { (gelu($0) * cotangent).sum() } },
      composed: {
        _ = gradient(of: rows) { x in
          (x * (erf(x * 0.5.squareRoot()) + 1) * 0.5 * cotangent).sum()
        }
      })
  }

  private static func compare(_ name: String, fused: () -> Void, composed: () -> Void) {
    report("\(name), fused", Timing(windows: 20, repetitions: 3, fused))
    report("\(name), composed", Timing(windows: 20, repetitions: 3, composed))
  }
}
