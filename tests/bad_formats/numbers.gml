graph [
  directed 1
  node [ id 1 ]
  node [ id 2 ]
  edge [ source 1 target 2 weight "heavy" ]
  edge [ source 2 target 1 ]
  edge [ source 1 target 3 weight 2 ]
  edge [ source 1 ]
]
