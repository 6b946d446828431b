@_exported import Arrays
@_exported import Datasets
@_exported import Models
@_exported import NeuralNetworks
@_exported import Optimizers
@_exported import Tensors
@_exported import Text
