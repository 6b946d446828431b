/// How a classifier is trained: by AdamW, its learning rate falling to zero along half a cosine,
/// on images shifted at random and labels smoothed.
package struct TrainingPlan: Sendable {
  package var epochs: Int
  package var batchSize: Int
  /// Decides the initial parameters, the order of the images, their shifts, and what dropout drops.
  package var seed: UInt64
  /// At the first step.
  package var learningRate = 2e-3
  package var weightDecay = 1e-2
  package var labelSmoothing = 0.1
  /// In pixels.
  package var largestShift = 1

  package init(epochs: Int, batchSize: Int, seed: UInt64) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
  }
}
