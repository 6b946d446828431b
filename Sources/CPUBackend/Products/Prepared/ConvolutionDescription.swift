import Arrays

/// How activations [N, C, spatial…] lie in memory, without gaps.
package enum ActivationLayout: Sendable, Hashable, CaseIterable {
  case rowMajor
  case channelsLast
}

/// How weights lie in memory.
package enum WeightForm: Sendable, Hashable, CaseIterable {
  /// Row-major [O, C / groups, kernel…].
  case plain
  /// As the prepared convolution wants them; see `PreparedConvolution.arrange(weight:into:)`.
  case prepared
}

/// Everything that decides how a float32 convolution is computed.
package struct ConvolutionDescription: Hashable, Sendable {
  package var direction: ConvolutionDirection
  /// [N, C, spatial…], [O, C / groups, kernel…] and [N, O, spatial…].
  package var x: [Int]
  package var weight: [Int]
  package var y: [Int]
  package var geometry: ConvolutionGeometry
  package var xLayout: ActivationLayout
  package var yLayout: ActivationLayout
  package var weightForm: WeightForm
  /// Forward only, in this order: y gets a bias [O]; a residual of y's layout is added; the result
  /// passes max(0, ·).
  package var hasBias: Bool
  package var hasResidual: Bool
  package var hasReLU: Bool

  package init(
    _ direction: ConvolutionDirection, x: [Int], weight: [Int], y: [Int],
    geometry: ConvolutionGeometry, xLayout: ActivationLayout = .channelsLast,
    yLayout: ActivationLayout = .channelsLast, weightForm: WeightForm = .plain,
    hasBias: Bool = false, hasResidual: Bool = false, hasReLU: Bool = false
  ) {
    self.direction = direction
    self.x = x
    self.weight = weight
    self.y = y
    self.geometry = geometry
    self.xLayout = xLayout
    self.yLayout = yLayout
    self.weightForm = weightForm
    self.hasBias = hasBias
    self.hasResidual = hasResidual
    self.hasReLU = hasReLU
  }

  /// Where only one channel or one place makes both layouts the same, the other operand's:
  /// oneDNN works fastest on two of a kind, and on channels-last ones without rearranging.
  func withAgreeingLayouts() -> ConvolutionDescription {
    func isBoth(_ shape: [Int]) -> Bool { shape[1] == 1 || shape[2...].allSatisfy { $0 == 1 } }
    var result = self
    switch (isBoth(x), isBoth(y)) {
    case (true, true): (result.xLayout, result.yLayout) = (.channelsLast, .channelsLast)
    case (true, false): result.xLayout = yLayout
    case (false, true): result.yLayout = xLayout
    case (false, false): break
    }
    return result
  }

  /// Multiplications of one result.
  var work: Int { y.reduce(1, *) / max(weight[0], 1) * weight.reduce(1, *) }

  var weightCount: Int { weight.reduce(1, *) }
}
