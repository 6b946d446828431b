import Arrays

extension ReferenceBackend {
  package func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    let stream = WordStream(key: key, counter: counter)
    if output.dataType.isFloatingPoint {
      RandomReals(distribution: distribution, stream: stream, output: output)
        .run(on: output.dataType)
    } else {
      RandomIntegers(distribution: distribution, stream: stream, output: output)
        .run(on: output.dataType)
    }
  }
}

private struct WordStream {
  let key: UInt64
  let counter: UInt64

  /// Calls `body` for every element, row-major, with its place, its block and its number there.
  @inline(__always)
  func forEach(in output: NDArray, _ body: (_ place: Int, SIMD4<UInt32>, _ lane: Int) -> Void) {
    var i = 0
    var words = SIMD4<UInt32>.zero
    Traversal(output.shape, output.strides).forEach { place in
      if i % 4 == 0 { words = Philox.block(key: key, counter: counter &+ UInt64(i / 4)) }
      body(place[0], words, i % 4)
      i += 1
    }
  }
}

private struct RandomReals: FloatingPass {
  let distribution: RandomDistribution
  let stream: WordStream
  let output: NDArray
  var operationName: String { "random" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let target = output.pointer(as: E.self)
    stream.forEach(in: output) { place, words, lane in
      switch distribution {
      case .uniform(let lower, let upper):
        target[place] = uniform(words[lane], lower, upper, type)
      case .normal(let mean, let standardDeviation):
        let pair = Philox.normalPair(words[lane & 2], words[lane | 1])
        let z = lane & 1 == 0 ? pair.0 : pair.1
        target[place] = E(narrowing: mean + standardDeviation * z)
      case .truncatedNormal(let mean, let standardDeviation, let lower, let upper):
        let z = Philox.truncatedNormal(words[lane], lower: lower, upper: upper)
        target[place] = E(narrowing: mean + standardDeviation * z)
      case .bernoulli(let probability):
        target[place] = E(
          narrowing: Philox.bernoulli(words[lane], probability: probability) ? 1 : 0)
      }
    }
  }

  private func uniform<E: FloatingElement>(
    _ word: UInt32, _ lower: Double, _ upper: Double, _ type: E.Type
  ) -> E {
    if E.dataType == .float64 {
      return E(narrowing: Philox.uniform(word, lower: lower, upper: upper))
    }
    let number = Philox.uniform(word, lower: Float(lower), upper: Float(upper))
    let rounded = E(narrowing: Double(number))
    // Rounding to 16 bits may reach the upper bound, which is excluded.
    return rounded.wide >= upper && lower < upper ? E(nearest: upper).predecessor : rounded
  }
}

private struct RandomIntegers: IntegralPass {
  let distribution: RandomDistribution
  let stream: WordStream
  let output: NDArray

  func run<E: IntegralElement>(_ type: E.Type) {
    let target = output.pointer(as: E.self)
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Int64(nearest: lower.rounded(.up)), Int64(nearest: upper.rounded(.up)))
      stream.forEach(in: output) { place, words, lane in
        target[place] = E(narrowing: Philox.uniform(words[lane], lower: low, upper: high))
      }
    case .bernoulli(let probability):
      stream.forEach(in: output) { place, words, lane in
        let succeeds = Philox.bernoulli(words[lane], probability: probability)
        target[place] = E(narrowing: succeeds ? 1 : 0)
      }
    case .normal, .truncatedNormal:
      stop("random: a normal distribution needs floating-point elements, not \(type.dataType)")
    }
  }
}
