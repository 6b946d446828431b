/// The sizes of an N-dimensional convolution: everything except the operands.
///
/// input [N, C, spatial…], weight [O, C / groups, kernel…], output [N, O, spatial…], by
/// cross-correlation as PyTorch and the field define it:
/// out(n, o, p) = Σ_{c, k} weight(o, c, k) · input(n, c, stride · p + dilation · k − paddingLow).
package struct ConvolutionGeometry: Sendable, Hashable {
  package var stride: [Int]
  package var dilation: [Int]
  /// Zeros before and after each spatial axis.
  package var paddingLow: [Int]
  package var paddingHigh: [Int]
  package var groups: Int

  package init(
    stride: [Int], dilation: [Int], paddingLow: [Int], paddingHigh: [Int], groups: Int
  ) {
    self.stride = stride
    self.dilation = dilation
    self.paddingLow = paddingLow
    self.paddingHigh = paddingHigh
    self.groups = groups
  }

  /// The output's spatial lengths; a length may come out as zero or less when nothing fits.
  package func outputLengths(input: [Int], kernel: [Int]) -> [Int] {
    input.indices.map { axis in
      let span = dilation[axis] * (kernel[axis] - 1) + 1
      let room = input[axis] + paddingLow[axis] + paddingHigh[axis] - span
      return room < 0 ? 0 : room / stride[axis] + 1
    }
  }
}

/// The sizes of an N-dimensional pooling.
package struct PoolingGeometry: Sendable, Hashable {
  package var window: [Int]
  package var stride: [Int]
  package var dilation: [Int]
  package var paddingLow: [Int]
  package var paddingHigh: [Int]

  package init(
    window: [Int], stride: [Int], dilation: [Int], paddingLow: [Int], paddingHigh: [Int]
  ) {
    self.window = window
    self.stride = stride
    self.dilation = dilation
    self.paddingLow = paddingLow
    self.paddingHigh = paddingHigh
  }
}

/// What an in-place optimizer kernel computes for every element of one parameter. Each has the
/// formula of PyTorch's optimizer of that name; `gradientScale` multiplies the gradient first
/// (clipping), `decoupledDecay` multiplies the parameter by 1 − rate · decay before the update,
/// `decay` adds decay · parameter to the gradient.
package struct AdamUpdate: Sendable, Hashable {
  package var learningRate: Float
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  /// 1 − β₁ᵗ and 1 − β₂ᵗ, computed in double precision from β₁ and β₂ as rounded above: with
  /// other digits the first steps differ from PyTorch's by parts in 10⁵.
  package var biasCorrection1: Float
  package var biasCorrection2: Float
  package var decay: Float
  package var decoupledDecay: Float
  package var gradientScale: Float

  package init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, biasCorrection1: Float,
    biasCorrection2: Float, decay: Float, decoupledDecay: Float, gradientScale: Float
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.biasCorrection1 = biasCorrection1
    self.biasCorrection2 = biasCorrection2
    self.decay = decay
    self.decoupledDecay = decoupledDecay
    self.gradientScale = gradientScale
  }
  /// `update` with the learning rate, β₁, both bias corrections and the gradient's scale, in this
  /// order, from `numbers`: contiguous, float32 [5].
  package init(_ update: AdamUpdate, numbers: NDArray) {
    self = withExtendedLifetime(numbers) {
      AdamUpdate(update, from: numbers.pointer(as: Float.self))
    }
  }

  /// The same, from memory.
  package init(_ update: AdamUpdate, from values: UnsafePointer<Float>) {
    self = update
    learningRate = values[0]
    beta1 = values[1]
    biasCorrection1 = values[2]
    biasCorrection2 = values[3]
    gradientScale = values[4]
  }
}
